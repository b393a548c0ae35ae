package id.lum.engine.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.LogSafe;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A hook that is registered, and that no host asks, or not every host that it names.
 *
 * @param kind its kinds
 * @param name its name, as it is
 * @param bundle the symbolic name of its bundle
 * @param certain whether no view that comes later can mend it
 * @param asked whether another host that it names may ask it
 * @param reason why, fit for a log
 * @param remedy what an operator or the author does
 */
record UnaskedHook(
        String kind, String name, String bundle, boolean certain, boolean asked, String reason, String remedy) {

    /**
     * Judges a hook by its service property {@code hook.host}.
     *
     * @param kinds the kinds of the hook
     * @param hasView whether a host has a view
     * @return empty if every host that the hook names has a view
     */
    static Optional<UnaskedHook> of(RegisteredHook hook, List<String> kinds, Predicate<String> hasView) {
        DeclaredHosts hosts = hook.hosts();
        List<String> withoutView = hosts.names().stream()
                .filter(host -> !hasView.test(host))
                .distinct()
                .toList();
        boolean asked = hosts.names().stream().anyMatch(hasView);
        if (hosts.isEmpty()) {
            return Optional.of(make(
                    hook,
                    kinds,
                    true,
                    asked,
                    "its service property " + Hook.HOST + " is missing or empty",
                    "Set " + Hook.HOST + " to the name of a host, on a component with @Hook(host = ...)."));
        }
        if (!hosts.malformed().isEmpty()) {
            return Optional.of(make(
                    hook,
                    kinds,
                    true,
                    asked,
                    Hook.HOST + " names " + DeclaredHosts.list(hosts.malformed()) + ", which is no name of a host",
                    "A name is a letter or digit, then letters (A to Z, a to z), digits, \".\", \"_\" or \"-\"; several "
                            + "names are an array or a collection of texts."));
        }
        if (withoutView.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(make(
                hook,
                kinds,
                false,
                asked,
                Hook.HOST + " names " + DeclaredHosts.list(withoutView) + ", which has no view",
                "Correct " + Hook.HOST + ", or give the host a view: a configuration " + HostViewConfiguration.PID
                        + "~<name> with a property host."));
    }

    private static UnaskedHook make(
            RegisteredHook hook, List<String> kinds, boolean certain, boolean asked, String reason, String remedy) {
        return new UnaskedHook(
                String.join(", ", kinds), hook.name(), hook.bundleName(), certain, asked, reason, remedy);
    }

    /** One line of a log. */
    String sentence() {
        return kind + " hook " + LogSafe.of(name) + " of the bundle " + LogSafe.of(bundle)
                + (asked ? " is asked by some hosts alone: " : " is never asked: ") + reason + ". " + remedy;
    }
}
