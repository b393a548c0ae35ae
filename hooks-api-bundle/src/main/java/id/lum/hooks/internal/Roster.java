package id.lum.hooks.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableList;

import id.lum.hooks.host.HookStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All hooks of a host at one moment, those that are there and those that are missed, in the order in which they are
 * asked. Immutable; {@link #turn} is the whole rule of waiting, and it is a function.
 */
final class Roster {
    static final Roster EMPTY = new Roster(Stream.empty());

    private final List<Slot> slots;
    private final Map<HookKind<?>, List<Slot>> byKind;

    private Roster(Stream<Slot> slots) {
        this.slots = slots.sorted(Slot.ORDER).toList();
        this.byKind = this.slots.stream().collect(groupingBy(slot -> slot.key().kind(), toUnmodifiableList()));
    }

    List<Slot> slots() {
        return slots;
    }

    Roster with(Slot slot) {
        return new Roster(Stream.concat(slots.stream(), Stream.of(slot)));
    }

    Roster without(Slot slot) {
        return new Roster(slots.stream().filter(other -> other.number() != slot.number()));
    }

    List<Slot> heldBy(RegisteredHook hook) {
        return slots.stream().filter(slot -> slot.holds(hook)).toList();
    }

    private List<Slot> of(HookKind<?> kind) {
        return byKind.getOrDefault(kind, List.of());
    }

    /**
     * What a call over a kind does next.
     *
     * @param settled true of the numbers of the slots that have answered, and of what was given up; both are passed
     *     over
     * @param terms what is required, and since when
     * @param now in nanoseconds of the view's clock
     */
    Turn turn(HookKind<?> kind, Predicate<Object> settled, Terms terms, long now) {
        List<Slot> ofKind = of(kind);
        for (Requirement requirement : terms.settings().required()) {
            // Never seen, so its place in the order is unknown: nothing is asked before it is there.
            if (requirement.kind().equals(kind) && !settled.test(requirement) && isUnmet(requirement)) {
                long left = terms.nanosLeft(terms.since(), now);
                return left > 0 ? new Turn.Wait(left) : new Turn.GiveUp(requirement);
            }
        }
        for (Slot slot : ofKind) {
            if (settled.test(slot.number())) {
                continue;
            }
            if (slot.state() instanceof Slot.Present present) {
                return new Turn.Ask(slot, present.hook());
            }
            long left = terms.nanosLeft(((Slot.Missed) slot.state()).since(), now);
            if (left > 0) {
                return new Turn.Wait(left);
            }
            return slot.isRequired(terms.settings()) ? new Turn.GiveUp(slot.number()) : new Turn.Forget(slot);
        }
        return new Turn.Done();
    }

    /** Never seen: a hook that was seen and is missed has its slot. */
    private boolean isUnmet(Requirement requirement) {
        for (Slot slot : of(requirement.kind())) {
            if (requirement.covers(slot.key())) {
                return false;
            }
        }
        return true;
    }

    /** Kind by kind, as a request meets them; within a kind as they are asked. */
    List<HookStatus> statuses(HostSettings settings) {
        List<HookStatus> statuses = new ArrayList<>();
        for (HookKind<?> kind : HookKind.ALL) {
            settings.required().stream()
                    .filter(requirement -> requirement.kind().equals(kind) && isUnmet(requirement))
                    .map(requirement -> new HookStatus(
                            kind.word(), requirement.name().orElse(""), 0, true, HookStatus.State.MISSED))
                    .forEach(statuses::add);
            of(kind).stream()
                    .map(slot -> new HookStatus(
                            kind.word(),
                            slot.key().name(),
                            slot.ranking(),
                            slot.isRequired(settings),
                            slot.isPresent() ? HookStatus.State.PRESENT : HookStatus.State.MISSED))
                    .forEach(statuses::add);
        }
        return List.copyOf(statuses);
    }
}
