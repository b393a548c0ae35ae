package id.lum.demo.internal;

import id.lum.hooks.LogSafe;
import java.util.Map;
import java.util.function.Function;

/** The shell commands {@code demo:ledger} and {@code demo:owners}: what the demo remembers of a host, as text. */
public final class DemoCommands {
    /** Knows which hosts the demo serves. */
    interface ServedHosts {
        /** By name. */
        Map<String, DemoHost> now();
    }

    private final ServedHosts hosts;

    DemoCommands(ServedHosts hosts) {
        this.hosts = hosts;
    }

    /**
     * The usage rows of a host and what they cost together.
     *
     * @param host the host
     * @return one line for each row, and one for the total
     */
    public String ledger(String host) {
        return of(host, demo -> demo.ledger().describe());
    }

    /**
     * Which principal owns which resource of a host.
     *
     * @param host the host
     * @return one line for each resource
     */
    public String owners(String host) {
        return of(host, demo -> demo.owners().describe());
    }

    private String of(String host, Function<DemoHost, String> text) {
        Map<String, DemoHost> known = hosts.now();
        return known.containsKey(host)
                ? text.apply(known.get(host))
                : "The demo does not serve a host named " + LogSafe.of(host) + "; it serves "
                        + (known.isEmpty() ? "none" : LogSafe.of(String.join(", ", known.keySet()))) + ".";
    }
}
