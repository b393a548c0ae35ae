package id.lum.support.lifecycle;

import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A resource that may be used for the length of one call. Which one it is may change between two calls; during a call
 * it stays open.
 *
 * @param <R> the resource
 */
@ProviderType
public interface Leased<R> {

    /**
     * Makes a call with the resource. Nothing of the resource may outlive the call.
     *
     * @param call what to do with it
     * @param <T> what comes of it
     * @return what comes of it
     * @throws RuntimeException if there is no resource any more, or it is being reopened and not back in time: for a
     *     store {@link id.lum.support.sqlite.StoreUnavailable}, otherwise {@link ResourceUnavailable}
     */
    <T> T withResource(Function<? super R, ? extends T> call);
}
