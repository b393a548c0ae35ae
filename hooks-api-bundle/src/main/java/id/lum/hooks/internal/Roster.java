package id.lum.hooks.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All hooks of a host at one moment, those that are there and those that are missed, in the order in which they are
 * asked. Immutable; {@link #turn} is the whole rule of waiting, and it is a function.
 */
record Roster(List<Slot> slots) {
    static final Roster EMPTY = new Roster(List.of());

    Roster {
        slots = slots.stream().sorted(Slot.ORDER).toList();
    }

    Roster with(Slot slot) {
        return new Roster(Stream.concat(slots.stream(), Stream.of(slot)).toList());
    }

    Roster without(Slot slot) {
        return new Roster(
                slots.stream().filter(other -> other.number() != slot.number()).toList());
    }

    Roster replacing(Slot slot, UnaryOperator<Slot> change) {
        return without(slot).with(change.apply(slot));
    }

    Optional<Slot> find(Predicate<Slot> wanted) {
        return slots.stream().filter(wanted).findFirst();
    }

    List<Slot> of(HookKind<?> kind) {
        return slots.stream().filter(slot -> slot.key().kind().equals(kind)).toList();
    }

    /**
     * What a call over a kind does next.
     *
     * @param settled the slots that have answered and the requirements that were given up, which are passed over
     * @param terms what is required, and since when
     * @param now in nanoseconds of the view's clock
     */
    Turn turn(HookKind<?> kind, Set<Object> settled, Terms terms, long now) {
        List<Slot> ofKind = of(kind);
        for (Requirement requirement : terms.settings().required()) {
            // Never seen, so its place in the order is unknown: nothing is asked before it is there.
            if (requirement.kind().equals(kind)
                    && !settled.contains(requirement)
                    && ofKind.stream().noneMatch(slot -> requirement.covers(slot.key()))) {
                long left = terms.nanosLeft(terms.since(), now);
                return left > 0 ? new Turn.Wait(left) : new Turn.GiveUp(requirement);
            }
        }
        for (Slot slot : ofKind) {
            if (settled.contains(slot.number())) {
                continue;
            }
            if (slot.state() instanceof Slot.Present present) {
                return new Turn.Ask(slot, present.hook());
            }
            long left = terms.nanosLeft(((Slot.Missed) slot.state()).since(), now);
            if (left > 0) {
                return new Turn.Wait(left);
            }
            return isRequired(slot, ofKind, terms) ? new Turn.GiveUp(slot) : new Turn.Forget(slot);
        }
        return new Turn.Done();
    }

    /**
     * A kind that is required keeps its last hook in mind, by whatever name; the others of the kind can be forgotten.
     */
    private static boolean isRequired(Slot slot, List<Slot> ofKind, Terms terms) {
        return terms.settings().required().stream()
                .filter(requirement -> requirement.covers(slot.key()))
                .anyMatch(requirement -> requirement.name().isPresent() || ofKind.size() == 1);
    }
}
