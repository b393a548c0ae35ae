package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;
import java.util.Hashtable;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A store of this bundle, registered while a setting asks for it. Changed by one thread at a time. */
final class BuiltInStore<S> {
    private final BundleContext bundle;
    private final String prefix;
    private final Function<S, TokenStore> constructor;
    private S setting;
    private ServiceRegistration<TokenStore> registration;

    BuiltInStore(BundleContext bundle, String prefix, Function<S, TokenStore> constructor) {
        this.bundle = bundle;
        this.prefix = prefix;
        this.constructor = constructor;
    }

    /** Exchanges the service if the setting is another one; the new one is there before the old one leaves. */
    void publish(Optional<S> next) {
        S wanted = next.orElse(null);
        if (Objects.equals(wanted, setting)) {
            return;
        }
        ServiceRegistration<TokenStore> before = registration;
        registration = wanted == null
                ? null
                : bundle.registerService(
                        TokenStore.class,
                        constructor.apply(wanted),
                        new Hashtable<>(Map.of(TokenStore.PREFIX, prefix)));
        setting = wanted;
        if (before != null) {
            before.unregister();
        }
    }
}
