package id.lum.tokenstore.internal;

import id.lum.hooks.Printable;
import id.lum.hooks.settings.SettingRefused;
import id.lum.hooks.settings.Settings;
import id.lum.hooks.settings.SingletonConfiguration;
import id.lum.tokenstore.internal.grammar.Grammar;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.tokenstore} asks for: the built-in stores, and the resolution of references
 * in the configurations it names. A refused configuration leaves the last good one in force; if there was none, no
 * reference is resolved.
 */
public final class TokenStoreOwner implements SingletonConfiguration.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(TokenStoreOwner.class);

    private final BundleContext bundle;
    private final ConfigurationAdmin admin;
    private final LongSupplier nanos;
    private final ServiceRegistration<?> commands;
    // Only the delivery of the configuration writes it, one call at a time; commands read it from any thread.
    private volatile Optional<TokenStores> running = Optional.empty();

    /**
     * Begins to resolve, or says why not. Never throws.
     *
     * @param bundle this bundle
     * @param admin whose configurations hold references
     * @param properties the configuration
     */
    public TokenStoreOwner(BundleContext bundle, ConfigurationAdmin admin, Map<String, Object> properties) {
        this(bundle, admin, properties, System::nanoTime);
    }

    TokenStoreOwner(
            BundleContext bundle, ConfigurationAdmin admin, Map<String, Object> properties, LongSupplier nanos) {
        this.bundle = bundle;
        this.admin = admin;
        this.nanos = nanos;
        apply(properties);
        this.commands =
                bundle.registerService(TokenCommands.class, new TokenCommands(() -> running), commandProperties());
    }

    @Override
    public void apply(Map<String, Object> properties) {
        Settings text = Settings.of(TokenStoreSettings.PID, properties);
        try {
            TokenStoreSettings settings = TokenStoreSettings.parse(text);
            text.warnings(TokenStoreSettings.KNOWN).forEach(LOG::warn);
            apply(settings);
        } catch (SettingRefused refused) {
            LOG.error(
                    "{} {}",
                    refused.getMessage(),
                    running.isEmpty() ? "No reference is resolved." : "The last good configuration stays in force.");
        }
    }

    private void apply(TokenStoreSettings settings) {
        running.ifPresentOrElse(
                stores -> stores.apply(settings),
                () -> running = Optional.of(new TokenStores(bundle, admin, settings, nanos)));
        if (!settings.separator().equals(Grammar.SEPARATOR)) {
            LOG.warn(
                    "{}: with another {} than {} owners of configurations do not know a reference that was not resolved, and "
                            + "take it for a value.",
                    TokenStoreSettings.PID,
                    TokenStoreSettings.SEPARATOR,
                    Grammar.SEPARATOR);
        }
        LOG.info(
                "References are resolved by {} rules; there are stores for {}.",
                settings.allowed().rules().size(),
                Printable.of(String.join(
                        ", ",
                        running.map(TokenStores::prefixes).map(TreeSet::new).orElseGet(TreeSet::new))));
    }

    /** The clock was moved. */
    void wake() {
        running.ifPresent(stores -> stores.references().wake());
    }

    @Override
    public void close() {
        commands.unregister();
        running.ifPresent(TokenStores::close);
        running = Optional.empty();
    }

    /** The names under which Gogo looks for commands; no import is needed. */
    private static Dictionary<String, Object> commandProperties() {
        return new Hashtable<>(Map.of(
                "osgi.command.scope",
                TokenCommands.SCOPE,
                "osgi.command.function",
                TokenCommands.FUNCTIONS.toArray(String[]::new)));
    }
}
