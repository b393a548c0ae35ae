package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.tokenstore} asks for: the built-in stores, and the resolution of references
 * in the configurations it names. Changed by one thread at a time.
 */
final class TokenStoreOwner implements ConfiguredOwner.Target<TokenStoreConfiguration, TokenStoreSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(TokenStoreOwner.class);

    private record Published(BuiltInStore store, ServiceRegistration<?> registration) {}

    private final BundleContext bundle;
    private final EventLoop loop;
    private final StoreRegistry stores;
    private final SecretCache secrets;
    private final ReferencePlugin plugin;
    private final Reconciler reconciler;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final Map<String, Published> builtIn = new HashMap<>();

    /** Resolves nothing before there are settings. If it throws, it leaves nothing behind. */
    TokenStoreOwner(
            BundleContext bundle, ConfigurationAdmin admin, ServiceComponentRuntime components, LongSupplier nanos) {
        this.bundle = bundle;
        loop = new EventLoop(nanos);
        stores = new StoreRegistry(bundle, nanos, new NamedThreads("lumid-tokenstore"), loop::wake);
        secrets = new SecretCache(stores, loop);
        Redelivery redelivery = new Redelivery();
        plugin = new ReferencePlugin(admin, secrets, redelivery, loop);
        ConsumerCheck consumers = new ConsumerCheck(bundle, components);
        reconciler = new Reconciler(plugin, stores, secrets, consumers, redelivery, loop);
        try {
            registrations.add(bundle.registerService(
                    SecretCommands.class, new SecretCommands(stores, secrets, reconciler), SecretCommands.NAMES));
            ServiceRegistration<?> registration = bundle.registerService(
                    new String[] {ConfigurationPlugin.class.getName(), SynchronousConfigurationListener.class.getName()
                    },
                    plugin,
                    new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, ReferencePlugin.RANKING)));
            registrations.add(registration);
            plugin.open(registration.getReference());
            stores.open();
            loop.open(reconciler::pass);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    @Override
    public TokenStoreSettings parse(DeclaredSettings<TokenStoreConfiguration> settings) {
        return TokenStoreSettings.parse(settings);
    }

    @Override
    public String afterRefusal() {
        return reconciler.isConfigured() ? ConfiguredOwner.LAST_GOOD : "No reference is resolved.";
    }

    @Override
    public void apply(TokenStoreSettings settings) {
        stores.configure(settings.callTimeout());
        publish("FILE", settings.fileRoot().map(FileStore::new));
        publish(
                "ENV",
                Optional.of(settings.environment())
                        .filter(names -> !names.isEmpty())
                        .map(EnvironmentStore::new));
        reconciler.configure(settings);
        if (!settings.separator().equals(Grammar.SEPARATOR)) {
            LOG.warn(
                    "{}: with another separator than {} owners of configurations do not know a reference that was not resolved, and "
                            + "take it for a value.",
                    TokenStoreSettings.PID,
                    Grammar.SEPARATOR);
        }
        LOG.info(
                "References are resolved by {} rules; there are stores for {}.",
                settings.allowed().rules().size(),
                LogSafe.of(String.join(", ", new TreeSet<>(stores.prefixes()))));
    }

    /** Exchanges a store of this bundle if it is another one; the new one is there before the old one leaves. */
    private void publish(String prefix, Optional<? extends BuiltInStore> store) {
        Optional<Published> before = Optional.ofNullable(builtIn.get(prefix));
        if (before.map(Published::store).equals(store)) {
            return;
        }
        // If this fails, the old one is still known, to leave at the next try.
        Optional<Published> next = store.map(one -> new Published(
                one,
                bundle.registerService(TokenStore.class, one, new Hashtable<>(Map.of(TokenStore.PREFIX, prefix)))));
        builtIn.remove(prefix);
        next.ifPresent(one -> builtIn.put(prefix, one));
        before.ifPresent(old -> ServiceWithdrawal.unregister(old.registration()));
    }

    /** The clock was moved. */
    void wake() {
        loop.wake();
    }

    /** Deliveries end first, because one without the plugin would take secrets back. What was delivered stays. */
    @Override
    public void close(StopDeadline deadline) {
        loop.end();
        stores.close();
        loop.awaitEnd(deadline);
        registrations.forEach(ServiceWithdrawal::unregister);
        plugin.close();
        builtIn.values().forEach(store -> ServiceWithdrawal.unregister(store.registration()));
    }
}
