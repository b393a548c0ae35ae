package id.lum.engine.internal;

/** What a call passes over once it has asked there: the place of a hook, or a requirement that no hook meets. */
sealed interface HookPlace permits HookPlace.Numbered, Requirement {

    /** @param number that of the {@link HookEntry}, which stays when the hook leaves and its successor arrives */
    record Numbered(long number) implements HookPlace {}
}
