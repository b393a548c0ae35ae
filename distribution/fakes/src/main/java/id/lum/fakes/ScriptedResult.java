package id.lum.fakes;

/**
 * What becomes of an entry, and what its client hears of that: not always the same.
 *
 * @param accepts whether it enters the ledger, before anything is answered
 * @param answer what the client hears
 */
public record ScriptedResult(boolean accepts, Answer answer) {

    /** The entry is in the ledger, whatever the client hears. */
    public static ScriptedResult accepting(Answer answer) {
        return new ScriptedResult(true, answer);
    }

    /** The entry is not in the ledger, whatever the client hears. */
    public static ScriptedResult refusing(Answer answer) {
        return new ScriptedResult(false, answer);
    }
}
