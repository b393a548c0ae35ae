package id.lum.tokenstore.internal;

import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** What runs while there are settings. Changed by one thread at a time; what was delivered stays with its consumers. */
final class TokenStores implements Stoppable {
    private final SharedState state;
    private final Redelivery redelivery = new Redelivery();
    private final StoreRegistry registry;
    private final RefreshLoop loop;
    private final BuiltInStore<Path> files;
    private final BuiltInStore<Set<String>> environment;
    private final ServiceRegistration<?> listener;
    private final ServiceRegistration<?> plugin;
    private volatile TokenStoreSettings settings;

    TokenStores(
            BundleContext bundle,
            ConfigurationAdmin admin,
            ServiceComponentRuntime components,
            TokenStoreSettings settings,
            LongSupplier nanos) {
        this.settings = settings;
        registry = new StoreRegistry(bundle, settings.callTimeout(), nanos);
        files = new BuiltInStore<>(bundle, "FILE", FileStore::new);
        environment = new BuiltInStore<>(bundle, "ENV", names -> new EnvironmentStore(names, System::getenv));
        state = new SharedState(rules());
        // It is the probe as well: the plugin knows by it that the reconciler asks.
        SynchronousConfigurationListener observer = this::observe;
        listener = bundle.registerService(SynchronousConfigurationListener.class, observer, new Hashtable<>());
        // After a failure the caller gets no object to close, so what is open is closed here.
        try {
            loop = loop(bundle, admin, components, nanos);
        } catch (RuntimeException | Error failed) {
            listener.unregister();
            throw failed;
        }
        try {
            plugin = bundle.registerService(
                    ConfigurationPlugin.class,
                    new ReferencePlugin(listener.getReference(), TokenStoreSettings.PID, state, loop),
                    new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, ReferencePlugin.RANKING)));
        } catch (RuntimeException | Error failed) {
            loop.close();
            listener.unregister();
            throw failed;
        }
        try {
            registry.open(loop::storesChanged);
            publish();
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
        loop.wake();
    }

    private RefreshLoop loop(
            BundleContext bundle, ConfigurationAdmin admin, ServiceComponentRuntime components, LongSupplier nanos) {
        ConsumerCheck consumers = new ConsumerCheck(bundle, components);
        return new RefreshLoop(
                state,
                registry,
                new Reconciler(admin, state, consumers, redelivery, listener.getReference()),
                this::rules,
                settings.recheck(),
                nanos,
                Executors.newCachedThreadPool(new StoreThreads("lumid-tokenstore-asker")));
    }

    void apply(TokenStoreSettings next) {
        settings = next;
        registry.configure(next.callTimeout());
        publish();
        loop.configure(next.recheck());
    }

    private void publish() {
        files.publish(settings.fileRoot());
        environment.publish(Optional.of(settings.environment()).filter(names -> !names.isEmpty()));
    }

    /** By any thread. What the plugin delivered of a configuration before it was announced no longer counts. */
    private void observe(ConfigurationEvent event) {
        redelivery.observe(event);
        String pid = event.getPid();
        ConfigTarget target = new ConfigTarget(pid, Optional.ofNullable(event.getFactoryPid()));
        if (event.getType() == ConfigurationEvent.CM_DELETED) {
            state.records().remove(pid);
        } else if (state.rules().allowed().names(target) || state.records().containsKey(pid)) {
            state.records()
                    .computeIfAbsent(pid, first -> new DeliveryRecord(null))
                    .announced();
        } else {
            return;
        }
        if (loop != null) {
            loop.wake();
        }
    }

    /** Those of the settings and stores of the moment. */
    ResolutionRules rules() {
        return new ResolutionRules(settings.allowed(), settings.grammar(registry.prefixes()), settings.lax());
    }

    StoreRegistry registry() {
        return registry;
    }

    RefreshLoop loop() {
        return loop;
    }

    @Override
    public void close(StopDeadline deadline) {
        plugin.unregister();
        loop.close(deadline);
        listener.unregister();
        files.publish(Optional.empty());
        environment.publish(Optional.empty());
    }
}
