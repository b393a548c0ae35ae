package id.lum.engine.internal;

import id.lum.support.config.DeclaredSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration {@code id.lum.hooks.host~...} says, checked.
 *
 * @param pid the PID
 * @param origin the PID, and the file that the configuration was read from, for the log
 * @param host the host that the view is for
 * @param required the hooks without which a call that asks them fails
 * @param grace how long callers wait for a hook that has left
 * @param open whether everybody is let in until there is an identity or permission hook
 */
record HostSettings(String pid, String origin, String host, List<Requirement> required, Duration grace, boolean open) {

    /** @throws id.lum.support.config.SettingRefused naming every value that is wrong */
    static HostSettings parse(DeclaredSettings<HostViewConfiguration> settings, List<String> kinds) {
        Optional<String> host = settings.name(HostViewConfiguration::host);
        if (host.isEmpty()) {
            settings.refuse(HostViewConfiguration::host, "must name the host that this view is for, such as flowmesh");
        }
        Duration grace = Duration.ofMillis(settings.number(HostViewConfiguration::grace_ms));
        boolean open = settings.choice(HostViewConfiguration::access).equals("open");
        List<Requirement> required = required(settings, open, kinds);
        if (open && !required.isEmpty()) {
            settings.refuse(
                    HostViewConfiguration::required, "must be empty while access is open, which lets everybody in");
        }
        settings.throwIfRefused();
        return new HostSettings(
                settings.pid(), settings.origin(), host.orElseThrow(), List.copyOf(required), grace, open);
    }

    /** Open access means nothing unless the list says otherwise. */
    private static List<Requirement> required(
            DeclaredSettings<HostViewConfiguration> settings, boolean open, List<String> kinds) {
        List<Requirement> required = new ArrayList<>();
        if (open && !settings.has(HostViewConfiguration::required)) {
            return required;
        }
        for (String word : settings.list(HostViewConfiguration::required)) {
            Requirement.parse(word, kinds)
                    .ifPresentOrElse(
                            required::add,
                            () -> settings.refuse(
                                    HostViewConfiguration::required,
                                    "must list kinds of hooks (" + String.join(", ", kinds)
                                            + "), each alone or with the name of a hook, such as permission:lumid"));
        }
        return required;
    }

    boolean requires(HookKey key) {
        return required.stream().anyMatch(requirement -> requirement.covers(key));
    }
}
