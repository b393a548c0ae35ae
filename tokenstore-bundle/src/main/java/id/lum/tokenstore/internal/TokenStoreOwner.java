package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.tokenstore} asks for: the built-in stores, and the resolution of references
 * in the configurations it names. A refused configuration leaves the last good one in force; if there was none, no
 * reference is resolved.
 */
final class TokenStoreOwner
        implements SingletonConfiguration.Owner, ConfiguredOwner.Target<TokenStoreConfiguration, TokenStoreSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(TokenStoreOwner.class);

    private final BundleContext bundle;
    private final ConfigurationAdmin admin;
    private final ServiceComponentRuntime components;
    private final LongSupplier nanos;
    private final ServiceRegistration<?> commands;
    private final ConfiguredOwner<TokenStoreConfiguration, TokenStoreSettings> configuration =
            new ConfiguredOwner<>(TokenStoreConfiguration.class, TokenStoreSettings.PID, this);
    // Only the delivery of the configuration writes it, one call at a time; commands read it from any thread.
    private volatile Optional<TokenStores> running = Optional.empty();

    /** Begins to resolve, or logs why not. If it throws, it leaves nothing behind. */
    TokenStoreOwner(
            BundleContext bundle,
            ConfigurationAdmin admin,
            ServiceComponentRuntime components,
            Map<String, Object> properties,
            LongSupplier nanos) {
        this.bundle = bundle;
        this.admin = admin;
        this.components = components;
        this.nanos = nanos;
        this.commands =
                bundle.registerService(SecretCommands.class, new SecretCommands(() -> running), SecretCommands.NAMES);
        try {
            apply(properties);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    @Override
    public void apply(Map<String, Object> properties) {
        configuration.apply(properties);
    }

    @Override
    public TokenStoreSettings parse(DeclaredSettings<TokenStoreConfiguration> settings) {
        return TokenStoreSettings.parse(settings);
    }

    @Override
    public String afterRefusal() {
        return running.isEmpty() ? "No reference is resolved." : ConfiguredOwner.LAST_GOOD;
    }

    @Override
    public void apply(TokenStoreSettings settings) {
        running.ifPresentOrElse(
                stores -> stores.apply(settings),
                () -> running = Optional.of(new TokenStores(bundle, admin, components, settings, nanos)));
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
                LogSafe.of(String.join(
                        ", ",
                        running.map(stores -> stores.registry().prefixes())
                                .map(TreeSet::new)
                                .orElseGet(TreeSet::new))));
    }

    /** The clock was moved. */
    void wake() {
        running.ifPresent(stores -> stores.loop().wake());
    }

    @Override
    public void close(StopDeadline deadline) {
        ServiceWithdrawal.unregister(commands);
        running.ifPresent(stores -> stores.close(deadline));
        running = Optional.empty();
    }
}
