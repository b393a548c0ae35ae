package id.lum.tokenstore.internal;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom a configuration is for. A PID may be targeted at a bundle, by what follows a vertical bar in it (OSGi Compendium
 * section 104.3.2); the consumer is the same.
 *
 * @param factoryPid empty if it is not an instance of a factory
 */
record ConfigTarget(String pid, Optional<String> factoryPid) {
    /** Whether a rule with this PID is meant for the configuration, by its own PID or that of its factory. */
    boolean isNamed(String ruled) {
        return Stream.concat(Stream.of(pid), factoryPid.stream())
                .anyMatch(name -> ruled.equals(name) || ruled.equals(untargeted(name)));
    }

    /** The PID that its consumers have: that of the factory, if there is one. */
    String consumerPid() {
        return untargeted(factoryPid.orElse(pid));
    }

    boolean isTargeted() {
        return factoryPid.orElse(pid).indexOf('|') >= 0;
    }

    private static String untargeted(String pid) {
        int bar = pid.indexOf('|');
        return bar < 0 ? pid : pid.substring(0, bar);
    }
}
