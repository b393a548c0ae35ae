package id.lum.engine.internal;

import java.util.Comparator;

/**
 * The place of one hook in the order of its kind. The number stays when the hook leaves and its successor arrives, so
 * that a call knows whom it has asked already.
 *
 * @param number unlike any other entry's in the view
 * @param ranking the service ranking, the last known one while the hook is unavailable
 * @param age the service id: the lower, the older
 */
record HookEntry(long number, HookKey key, int ranking, long age, State state) {
    static final Comparator<HookEntry> ORDER =
            Comparator.comparingInt(HookEntry::ranking).reversed().thenComparingLong(HookEntry::age);

    sealed interface State permits Present, Unavailable {}

    record Present(RegisteredHook hook) implements State {}

    /** @param since the departure, in nanoseconds of the view's clock */
    record Unavailable(long since) implements State {}

    static HookEntry of(long number, HookKey key, RegisteredHook hook) {
        return new HookEntry(number, key, hook.ranking(), hook.age(), new Present(hook));
    }

    HookEntry unavailableSince(long since) {
        return new HookEntry(number, key, ranking, age, new Unavailable(since));
    }

    HookPlace place() {
        return new HookPlace.Numbered(number);
    }

    boolean isPresent() {
        return state instanceof Present;
    }

    /**
     * By the configuration of the view or, if it is a usage sink and while it is there, by its service property
     * {@code hook.required}.
     */
    boolean isRequired(HostSettings settings) {
        return settings.requires(key)
                || key.kind().equals(HookKinds.USAGE.id())
                        && state instanceof Present present
                        && present.hook().isRequired();
    }

    boolean holds(RegisteredHook hook) {
        return state instanceof Present present && present.hook() == hook;
    }
}
