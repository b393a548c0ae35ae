package id.lum.engine.internal;

import id.lum.hooks.host.HostHooks;
import id.lum.support.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a configuration {@code id.lum.hooks.host~...} says, checked. */
record HostSettings(String pid, String host, List<Requirement> required, Duration grace, boolean open) {
    static final String PID = "id.lum.hooks.host";
    static final String REQUIRED_DEFAULT = "identity, permission, registrar";
    static final String GRACE_DEFAULT = "" + HostHooks.GRACE_MILLIS_DEFAULT;
    static final String ACCESS_DEFAULT = "closed";
    static final Set<String> KNOWN = Set.of("host", "required", "grace.ms", "access");

    /** Longer, and callers would hold their host's threads for the sake of a hook that is not coming back. */
    private static final long MAX_GRACE = Duration.ofMinutes(10).toMillis();

    /** @throws id.lum.support.config.SettingRefused if any of it is wrong */
    static HostSettings parse(Settings settings, List<String> kinds) {
        String host = settings.name("host")
                .orElseThrow(
                        () -> settings.refuse("host", "must name the host that this view is for, such as flowmesh"));
        long grace = settings.number("grace.ms", HostHooks.GRACE_MILLIS_DEFAULT, 0, MAX_GRACE, "milliseconds");
        boolean open = settings.choice("access", ACCESS_DEFAULT, Set.of("open", "closed"))
                .equals("open");
        List<Requirement> required = new ArrayList<>();
        for (String word : requiredList(settings, open)) {
            required.add(Requirement.parse(word, kinds)
                    .orElseThrow(() -> settings.refuse(
                            "required",
                            "must list kinds of hooks (" + String.join(", ", kinds)
                                    + "), each alone or with the name of a hook, such as " + "permission:lumid")));
        }
        if (open && !required.isEmpty()) {
            throw settings.refuse("required", "must be empty while access is open, which lets everybody in");
        }
        return new HostSettings(settings.pid(), host, List.copyOf(required), Duration.ofMillis(grace), open);
    }

    /**
     * A missing list means the default, an empty one means nothing; open access means nothing unless the list says
     * otherwise.
     */
    private static List<String> requiredList(Settings settings, boolean open) {
        if (settings.has("required")) {
            return settings.list("required");
        }
        return open ? List.of() : List.of(REQUIRED_DEFAULT.split(", "));
    }

    boolean requires(HookKey key) {
        return required.stream().anyMatch(requirement -> requirement.covers(key));
    }
}
