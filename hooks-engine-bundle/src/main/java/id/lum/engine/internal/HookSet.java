package id.lum.engine.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableList;
import static java.util.stream.Collectors.toUnmodifiableMap;

import id.lum.hooks.host.HookStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All hooks of a host at one moment, those that are there and those that are unavailable, in the order in which they
 * are asked. Immutable; {@link #step} is a pure function and contains the whole waiting rule.
 */
final class HookSet {
    static final HookSet EMPTY = new HookSet(Stream.empty());

    private final List<HookEntry> entries;
    private final Map<String, List<HookEntry>> byKind;

    private HookSet(Stream<HookEntry> entries) {
        this.entries = entries.sorted(HookEntry.ORDER).toList();
        this.byKind =
                this.entries.stream().collect(groupingBy(entry -> entry.key().kind(), toUnmodifiableList()));
    }

    List<HookEntry> entries() {
        return entries;
    }

    HookSet with(HookEntry entry) {
        return new HookSet(Stream.concat(entries.stream(), Stream.of(entry)));
    }

    HookSet without(HookEntry entry) {
        return new HookSet(entries.stream().filter(other -> other.number() != entry.number()));
    }

    List<HookEntry> heldBy(RegisteredHook hook) {
        return entries.stream().filter(entry -> entry.holds(hook)).toList();
    }

    private List<HookEntry> of(String kind) {
        return byKind.getOrDefault(kind, List.of());
    }

    /**
     * What a call over a kind does next.
     *
     * @param passed true of the places of hooks that have answered, and of what was given up
     * @param effective what is required, and since when
     * @param clock that of the view, in nanoseconds; read only if something is to be waited for, because reading it
     *     costs as much as the rest
     */
    NextStep step(String kind, Predicate<HookPlace> passed, EffectiveSettings effective, LongSupplier clock) {
        List<HookEntry> ofKind = of(kind);
        for (Requirement requirement : effective.settings().required()) {
            // Never seen, so its place in the order is unknown: nothing is asked before it is there.
            if (requirement.kind().equals(kind) && !passed.test(requirement) && isUnmet(requirement)) {
                long left = effective.nanosLeft(effective.requiredSince(), clock.getAsLong());
                return left > 0 ? new NextStep.Wait(left) : new NextStep.GiveUp(requirement, requirement.key());
            }
        }
        for (HookEntry entry : ofKind) {
            if (passed.test(entry.place())) {
                continue;
            }
            if (entry.state() instanceof HookEntry.Present present) {
                return new NextStep.Ask(entry, present.hook());
            }
            long left = effective.nanosLeft(((HookEntry.Unavailable) entry.state()).since(), clock.getAsLong());
            if (left > 0) {
                return new NextStep.Wait(left);
            }
            return entry.isRequired(effective.settings())
                    ? new NextStep.GiveUp(entry.place(), entry.key())
                    : new NextStep.Remove(entry);
        }
        return NextStep.DONE;
    }

    /** By kind, the hooks that are asked, in order; without the kinds of which one is missing. */
    Map<String, List<NextStep.Ask>> complete(HostSettings settings) {
        return byKind.entrySet().stream()
                .filter(kind -> kind.getValue().stream().allMatch(HookEntry::isPresent))
                .filter(kind -> settings.required().stream()
                        .noneMatch(requirement -> requirement.kind().equals(kind.getKey()) && isUnmet(requirement)))
                .collect(toUnmodifiableMap(
                        Map.Entry::getKey,
                        kind -> kind.getValue().stream()
                                .map(entry -> new NextStep.Ask(entry, ((HookEntry.Present) entry.state()).hook()))
                                .toList()));
    }

    /** Never seen: a hook that was seen and is unavailable has its entry. */
    private boolean isUnmet(Requirement requirement) {
        for (HookEntry entry : of(requirement.kind())) {
            if (requirement.covers(entry.key())) {
                return false;
            }
        }
        return true;
    }

    /** Kind by kind, as a request meets them; within a kind as they are asked. */
    List<HookStatus> statuses(HostSettings settings, List<String> kinds) {
        List<HookStatus> statuses = new ArrayList<>();
        for (String kind : kinds) {
            settings.required().stream()
                    .filter(requirement -> requirement.kind().equals(kind) && isUnmet(requirement))
                    .map(requirement ->
                            new HookStatus(kind, requirement.name().orElse(""), 0, true, HookStatus.State.UNAVAILABLE))
                    .forEach(statuses::add);
            of(kind).stream()
                    .map(entry -> new HookStatus(
                            kind,
                            entry.key().name(),
                            entry.ranking(),
                            entry.isRequired(settings),
                            entry.isPresent() ? HookStatus.State.PRESENT : HookStatus.State.UNAVAILABLE))
                    .forEach(statuses::add);
        }
        return List.copyOf(statuses);
    }
}
