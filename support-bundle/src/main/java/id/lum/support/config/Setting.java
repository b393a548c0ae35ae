package id.lum.support.config;

/**
 * A setting, by the method that declares it, such as {@code CoreConfiguration::cache_size}.
 *
 * @param <C> the declaration of a configuration
 */
@FunctionalInterface
public interface Setting<C> {
    /**
     * Calls that method.
     *
     * @param declaration an instance of the declaration
     * @return what the method returns
     */
    String of(C declaration);
}
