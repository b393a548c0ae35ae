package id.lum.engine.internal;

/** What a call does next. */
sealed interface NextStep permits NextStep.Ask, NextStep.Wait, NextStep.Forget, NextStep.GiveUp, NextStep.Done {

    /** Asks this hook. */
    record Ask(HookEntry entry, RegisteredHook hook) implements NextStep {}

    /** @param nanos how long at most, until the grace time of the hook it waits for is over */
    record Wait(long nanos) implements NextStep {}

    /** The hook did not come back in time and nobody insists on it. */
    record Forget(HookEntry entry) implements NextStep {}

    /**
     * The hook did not come back in time, or never came, and somebody insists on it.
     *
     * @param settles what a call that goes on all the same counts as answered
     */
    record GiveUp(Object settles) implements NextStep {}

    /** Every hook has answered. */
    record Done() implements NextStep {}
}
