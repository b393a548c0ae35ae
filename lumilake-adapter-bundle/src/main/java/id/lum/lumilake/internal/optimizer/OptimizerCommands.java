package id.lum.lumilake.internal.optimizer;

import id.lum.support.shell.ShellUser;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell commands {@code lumid:optimizers} and {@code lumid:refresh}. */
public final class OptimizerCommands {
    private static final Logger LOG = LoggerFactory.getLogger(OptimizerCommands.class);

    private final RemoteOptimizers optimizers;

    OptimizerCommands(RemoteOptimizers optimizers) {
        this.optimizers = optimizers;
    }

    /** The names under which Gogo looks for commands; no import is needed. */
    static Dictionary<String, Object> properties() {
        return new Hashtable<>(
                Map.of("osgi.command.scope", "lumid", "osgi.command.function", new String[] {"optimizers", "refresh"}));
    }

    /**
     * What the remote optimizer offers, since when, and what is wrong.
     *
     * @return one item a line
     */
    public String optimizers() {
        return optimizers.describe();
    }

    /**
     * Asks the remote optimizer now what it offers.
     *
     * @return what {@link #optimizers} shows after that
     */
    public String refresh() {
        LOG.info("{} refreshes the catalog of the remote optimizer.", ShellUser.name());
        return optimizers.refresh();
    }
}
