package id.lum.hooks.internal;

import java.util.Comparator;

/**
 * The place of one hook in the order of its kind. The number stays when the hook leaves and its successor arrives, so
 * that a call knows whom it has asked already.
 *
 * @param number unlike any other slot's in the view
 * @param ranking the service ranking, the last known one while the hook is missed
 * @param age the service id: the lower, the older
 */
record Slot(long number, HookKey key, int ranking, long age, State state) {
    static final Comparator<Slot> ORDER =
            Comparator.comparingInt(Slot::ranking).reversed().thenComparingLong(Slot::age);

    sealed interface State permits Present, Missed {}

    record Present(RegisteredHook hook) implements State {}

    /** @param since the departure, in nanoseconds of the view's clock */
    record Missed(long since) implements State {}

    static Slot of(long number, HookKey key, RegisteredHook hook) {
        return new Slot(number, key, hook.ranking(), hook.age(), new Present(hook));
    }

    Slot missedSince(long since) {
        return new Slot(number, key, ranking, age, new Missed(since));
    }

    boolean isPresent() {
        return state instanceof Present;
    }

    /** By the configuration of the view or, while it is there, by its own word. */
    boolean isRequired(HostSettings settings) {
        return settings.requires(key)
                || state instanceof Present present && present.hook().isRequired();
    }

    boolean holds(RegisteredHook hook) {
        return state instanceof Present present && present.hook() == hook;
    }
}
