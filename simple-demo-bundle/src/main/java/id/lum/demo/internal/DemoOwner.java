package id.lum.demo.internal;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DataFolder;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.demo} asks for: the hooks of every host it names. A refused configuration
 * leaves the last good one in force, or no hook at all if there was none.
 */
public final class DemoOwner implements ConfiguredOwner.Target<DemoConfiguration, DemoSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(DemoOwner.class);

    private final BundleContext bundle;
    private final ServiceRegistration<?> commands;
    // Only the delivery of the configuration writes these, one call at a time; hooks and commands read them from any
    // thread.
    private volatile DemoRules rules = DemoRules.NONE;
    private volatile boolean closed;
    private volatile Map<String, DemoHost> hosts = Map.of();

    private DemoOwner(BundleContext bundle) {
        this.bundle = bundle;
        this.commands = bundle.registerService(DemoCommands.class, new DemoCommands(() -> hosts), commandProperties());
    }

    /**
     * Registers the hooks, or logs why not. If it throws, it leaves nothing behind.
     *
     * @param bundle this bundle
     * @param properties the configuration
     * @return the owner
     */
    public static SingletonConfiguration.Owner open(BundleContext bundle, Map<String, Object> properties) {
        return ConfiguredOwner.open(DemoConfiguration.class, DemoConfiguration.PID, new DemoOwner(bundle), properties);
    }

    @Override
    public DemoSettings parse(DeclaredSettings<DemoConfiguration> settings) {
        return DemoSettings.parse(settings.withDefault(
                DemoConfiguration::tokens_file, DataFolder.of(bundle).file("demo/tokens.json")));
    }

    @Override
    public String afterRefusal() {
        return hosts.isEmpty() ? "The demo serves no host." : ConfiguredOwner.LAST_GOOD;
    }

    /** Who leaves goes before the rules change, and who comes finds them changed. */
    @Override
    public void apply(DemoSettings settings) {
        withdrawAllBut(Set.copyOf(settings.hosts()));
        rules = rules.changedTo(settings);
        // Read now, so that an operator learns of a bad file before the first caller does.
        rules.tokens().ifPresent(TokenFile::tokens);
        Map<String, DemoHost> next = new LinkedHashMap<>();
        for (String host : settings.hosts()) {
            next.put(host, hosts.containsKey(host) ? hosts.get(host) : new DemoHost(bundle, host, this::rules));
            // Each at once: if a later one fails, those that are there are known.
            Map<String, DemoHost> known = new LinkedHashMap<>(next);
            hosts.forEach(known::putIfAbsent);
            hosts = Collections.unmodifiableMap(known);
        }
        LOG.info("The demo serves {}.", next.isEmpty() ? "no host" : LogSafe.of(String.join(", ", next.keySet())));
    }

    @Override
    public void close(StopDeadline deadline) {
        ServiceWithdrawal.unregister(commands);
        withdraw();
    }

    private void withdraw() {
        withdrawAllBut(Set.of());
        closed = true;
    }

    /** A call that is still inside a hook, or holds on to one, gets no answer from a plugin that has stopped. */
    private DemoRules rules() {
        if (closed) {
            throw HookRejection.unavailable("The demo plugin has stopped.");
        }
        return rules;
    }

    private void withdrawAllBut(Set<String> kept) {
        Map<String, DemoHost> left = new LinkedHashMap<>(hosts);
        left.keySet().retainAll(kept);
        Map<String, DemoHost> gone = new LinkedHashMap<>(hosts);
        gone.keySet().removeAll(kept);
        hosts = Collections.unmodifiableMap(left);
        gone.values().forEach(DemoHost::close);
    }

    /** The names under which Gogo looks for commands; no import is needed. */
    private static Dictionary<String, Object> commandProperties() {
        return new Hashtable<>(
                Map.of("osgi.command.scope", "demo", "osgi.command.function", new String[] {"ledger", "owners"}));
    }
}
