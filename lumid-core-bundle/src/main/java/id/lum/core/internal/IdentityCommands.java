package id.lum.core.internal;

import id.lum.core.identity.Introspection;
import id.lum.core.identity.IntrospectionMetrics;
import id.lum.support.shell.ShellUser;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell commands {@code lumid:introspection} and {@code lumid:introspectioncacheclear}. */
public final class IdentityCommands {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityCommands.class);

    private final Introspection introspection;

    IdentityCommands(Introspection introspection) {
        this.introspection = introspection;
    }

    /** The names under which Gogo looks for commands; no import is needed. */
    static Dictionary<String, Object> properties() {
        return new Hashtable<>(Map.of("osgi.command.scope", "lumid", "osgi.command.function", new String[] {
            "introspection", "introspectioncacheclear"
        }));
    }

    /**
     * What the introspection has done so far.
     *
     * @return one metric a line
     */
    public String introspection() {
        IntrospectionMetrics metrics = introspection.metrics();
        return String.format(
                Locale.ROOT,
                "calls answered from the cache  %d%n"
                        + "calls that were not            %d%n"
                        + "answers in the cache           %d%n"
                        + "tokens remembered as inactive  %d%n"
                        + "answers that left it           %d%n"
                        + "requests in flight             %d%n"
                        + "requests that failed           %d%n"
                        + "calls refused at the limit     %d%n"
                        + "addresses remembered           %d",
                metrics.hits(),
                metrics.misses(),
                metrics.cached(),
                metrics.rejected(),
                metrics.evictions(),
                metrics.inFlight(),
                metrics.failures(),
                metrics.refusedCalls(),
                metrics.emails());
    }

    /**
     * Clears the cache of answers, so that a token that was revoked a moment ago is refused now.
     *
     * @return how many there were
     */
    public String introspectioncacheclear() {
        long answers = introspection.clearCache();
        LOG.info("{} cleared the introspection cache of {} answers.", ShellUser.name(), answers);
        return answers + " answers cleared";
    }
}
