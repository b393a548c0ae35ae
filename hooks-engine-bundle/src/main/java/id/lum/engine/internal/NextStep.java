package id.lum.engine.internal;

/** What a call does next. */
sealed interface NextStep permits NextStep.Ask, NextStep.Wait, NextStep.Remove, NextStep.GiveUp, NextStep.Done {
    /** Every hook has answered. */
    NextStep DONE = new Done();

    /** Asks this hook. */
    record Ask(HookEntry entry, RegisteredHook hook) implements NextStep {}

    /** @param nanos how long at most, until the grace time of the hook it waits for is over */
    record Wait(long nanos) implements NextStep {}

    /** The hook did not come back in time and is not required. */
    record Remove(HookEntry entry) implements NextStep {}

    /**
     * The hook did not come back in time, or never came, and is required.
     *
     * @param place what a call that goes on all the same passes over
     * @param missing the hook; of any name, if the name is empty
     */
    record GiveUp(HookPlace place, HookKey missing) implements NextStep {}

    /** Every hook has answered. */
    record Done() implements NextStep {}
}
