package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** What runs while there are settings. Changed by one thread at a time; what was delivered stays with its consumers. */
final class TokenStores implements Stoppable {
    private record Published(BuiltInStore store, ServiceRegistration<?> registration) {}

    private final BundleContext bundle;
    private final StoreRegistry registry;
    private final RefreshLoop loop;
    private final ReferencePlugin plugin;
    private final ServiceRegistration<?> registration;
    private final Map<String, Published> builtIn = new HashMap<>();
    private volatile TokenStoreSettings settings;

    TokenStores(
            BundleContext bundle,
            ConfigurationAdmin admin,
            ServiceComponentRuntime components,
            TokenStoreSettings settings,
            LongSupplier nanos) {
        this.bundle = bundle;
        this.settings = settings;
        registry = new StoreRegistry(bundle, settings.callTimeout(), nanos, new NamedThreads("lumid-tokenstore"));
        SecretCache secrets = new SecretCache(settings.recheck(), nanos);
        Redelivery redelivery = new Redelivery();
        plugin = new ReferencePlugin(secrets, redelivery, rules(), nanos);
        ConsumerCheck consumers = new ConsumerCheck(bundle, components);
        Reconciler reconciler = new Reconciler(admin, plugin, secrets, consumers, redelivery, nanos);
        loop = new RefreshLoop(secrets, plugin, registry, reconciler, settings, nanos);
        registration = bundle.registerService(
                new String[] {ConfigurationPlugin.class.getName(), SynchronousConfigurationListener.class.getName()},
                plugin,
                new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, ReferencePlugin.RANKING)));
        // After a failure the caller gets no object to close, so what is open is closed here.
        try {
            plugin.open(registration.getReference(), loop);
            registry.open(loop::storesChanged);
            loop.open();
            apply(settings);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    void apply(TokenStoreSettings next) {
        settings = next;
        registry.configure(next.callTimeout());
        publish("FILE", next.fileRoot().map(FileStore::new));
        publish(
                "ENV",
                Optional.of(next.environment())
                        .filter(names -> !names.isEmpty())
                        .map(EnvironmentStore::new));
        loop.configure(next);
    }

    /** Exchanges a store of this bundle if it is another one; the new one is there before the old one leaves. */
    private void publish(String prefix, Optional<? extends BuiltInStore> store) {
        Optional<Published> before = Optional.ofNullable(builtIn.get(prefix));
        if (before.map(Published::store).equals(store)) {
            return;
        }
        // If this fails, the old one is still known, to leave at the next try.
        Optional<Published> next = store.map(one -> new Published(one, register(prefix, one)));
        builtIn.remove(prefix);
        next.ifPresent(one -> builtIn.put(prefix, one));
        before.ifPresent(old -> ServiceWithdrawal.unregister(old.registration()));
    }

    private ServiceRegistration<?> register(String prefix, BuiltInStore store) {
        return bundle.registerService(TokenStore.class, store, new Hashtable<>(Map.of(TokenStore.PREFIX, prefix)));
    }

    /** Those of the settings and stores of the moment. */
    ResolutionRules rules() {
        return ResolutionRules.of(settings, registry.prefixes());
    }

    StoreRegistry registry() {
        return registry;
    }

    RefreshLoop loop() {
        return loop;
    }

    /** Deliveries end first, because one without the plugin would take secrets back. */
    @Override
    public void close(StopDeadline deadline) {
        loop.close(deadline);
        ServiceWithdrawal.unregister(registration);
        plugin.close();
        publish("FILE", Optional.empty());
        publish("ENV", Optional.empty());
    }
}
