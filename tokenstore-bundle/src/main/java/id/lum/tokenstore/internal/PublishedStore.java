package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.tokenstore.internal.resolution.Source;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/**
 * A built-in store as a service: registered while the settings ask for it, and exchanged underneath when they change.
 * Changed by one thread at a time, asked by any.
 */
final class PublishedStore implements Source {
    private final BundleContext bundle;
    private final String prefix;
    private volatile Optional<TokenStore> store = Optional.empty();
    private Optional<ServiceRegistration<TokenStore>> registration = Optional.empty();

    PublishedStore(BundleContext bundle, String prefix) {
        this.bundle = bundle;
        this.prefix = prefix;
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        return store.orElseThrow(() -> new TokenStoreException(
                        Reason.CLIENT_INITIALIZATION_FAILED, "the settings ask for no such store"))
                .value(path, metadata);
    }

    /** All of it: our stores quote neither value nor path. */
    @Override
    public String words(TokenStoreException refusal) {
        return refusal.getMessage();
    }

    void publish(Optional<TokenStore> next) {
        store = next;
        if (next.isEmpty()) {
            registration.ifPresent(ServiceRegistration::unregister);
            registration = Optional.empty();
        } else if (registration.isEmpty()) {
            registration = Optional.of(bundle.registerService(
                    TokenStore.class,
                    this,
                    new Hashtable<>(Map.of(TokenStore.PREFIX, prefix, Constants.SERVICE_RANKING, 0))));
        }
    }
}
