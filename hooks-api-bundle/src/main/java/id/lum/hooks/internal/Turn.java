package id.lum.hooks.internal;

/** What a call does next. */
sealed interface Turn permits Turn.Ask, Turn.Wait, Turn.Forget, Turn.GiveUp, Turn.Done {

    /** Asks this hook. */
    record Ask(Slot slot, RegisteredHook hook) implements Turn {}

    /** @param nanos how long at most, until the grace time of the hook it waits for is over */
    record Wait(long nanos) implements Turn {}

    /** The hook did not come back in time and nobody insists on it. */
    record Forget(Slot slot) implements Turn {}

    /**
     * The hook did not come back in time, or never came, and somebody insists on it.
     *
     * @param settles what a call that goes on all the same counts as settled
     */
    record GiveUp(Object settles) implements Turn {}

    /** Every hook has answered. */
    record Done() implements Turn {}
}
