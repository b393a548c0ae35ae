package id.lum.engine.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.LogSafe;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.SwapMetrics;
import java.util.List;
import java.util.Locale;

/** The hooks of a host as an operator reads them. */
final class HookTable {
    private static final String ROW = "%-10s %-24s %8s  %-11s %s%n";

    private static final String UNASKED_ROW = "%-10s %-24s %-24s %s%n";

    private HookTable() {}

    static String of(HostHooks<?> view) {
        StringBuilder table = new StringBuilder("Host " + LogSafe.of(view.host()) + System.lineSeparator());
        table.append(String.format(Locale.ROOT, ROW, "KIND", "NAME", "RANKING", "STATE", "REQUIRED"));
        List<HookStatus> hooks = view.hooks();
        for (HookStatus hook : hooks) {
            table.append(String.format(
                    Locale.ROOT,
                    ROW,
                    hook.kind(),
                    hook.name().isEmpty() ? "(any)" : LogSafe.of(hook.name()),
                    hook.ranking(),
                    hook.state().name().toLowerCase(Locale.ROOT),
                    hook.required() ? "yes" : "no"));
        }
        if (hooks.stream().noneMatch(hook -> hook.state() == HookStatus.State.PRESENT)) {
            table.append("No hook is registered for this host (service property " + Hook.HOST + ")."
                    + System.lineSeparator());
        }
        SwapMetrics swaps = view.swaps();
        table.append("Calls that waited for a hook: " + swaps.waited() + "; hooks asked again: " + swaps.askedAgain()
                + "; calls given up: " + swaps.gaveUp());
        return swaps.rowsWithoutSink() == 0
                ? table.toString()
                : table + System.lineSeparator() + "Usage rows without a sink: " + swaps.rowsWithoutSink();
    }

    /** Empty if there are none, else a section to follow another. */
    static String ofUnasked(List<UnaskedHook> hooks) {
        if (hooks.isEmpty()) {
            return "";
        }
        StringBuilder table = new StringBuilder(System.lineSeparator())
                .append(System.lineSeparator())
                .append("Hooks that a host does not ask")
                .append(System.lineSeparator())
                .append(String.format(Locale.ROOT, UNASKED_ROW, "KIND", "NAME", "BUNDLE", "WHY"));
        for (UnaskedHook hook : hooks) {
            table.append(String.format(
                    Locale.ROOT,
                    UNASKED_ROW,
                    hook.kind(),
                    LogSafe.of(hook.name()),
                    LogSafe.of(hook.bundle()),
                    hook.reason()));
        }
        return table.toString().stripTrailing();
    }
}
