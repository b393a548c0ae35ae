package id.lum.tokenstore.internal.rules;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose configuration it is. A PID may be targeted at a bundle, by what follows a vertical bar in it (OSGi Compendium
 * section 104.3.2); it is the same consumer's.
 *
 * @param pid the PID of the configuration
 * @param factoryPid that of its factory, if it has one
 */
public record Consumer(String pid, Optional<String> factoryPid) {
    /**
     * Whether a rule for a PID is meant for this configuration.
     *
     * @param ruled a PID
     * @return true if it is the configuration's own, or its factory's
     */
    public boolean isNamed(String ruled) {
        return names().contains(ruled);
    }

    private Set<String> names() {
        return Stream.concat(Stream.of(pid), factoryPid.stream())
                .flatMap(name -> Stream.of(name, untargeted(name)))
                .collect(Collectors.toSet());
    }

    private static String untargeted(String pid) {
        int bar = pid.indexOf('|');
        return bar < 0 ? pid : pid.substring(0, bar);
    }
}
