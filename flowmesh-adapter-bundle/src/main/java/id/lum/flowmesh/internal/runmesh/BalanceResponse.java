package id.lum.flowmesh.internal.runmesh;

/** What came of a balance request. */
public sealed interface BalanceResponse {

    /** Enough to submit. */
    record Sufficient() implements BalanceResponse {}

    /**
     * Not enough.
     *
     * @param balance what there is, printable
     */
    record Insufficient(String balance) implements BalanceResponse {}

    /**
     * No usable answer from Runmesh.
     *
     * @param why a line fit for a log
     */
    record Unusable(String why) implements BalanceResponse {}

    /**
     * Runmesh was not asked, or not given its time, because of a limit or a state of this side.
     *
     * @param why a line fit for a log
     */
    record NotAsked(String why) implements BalanceResponse {}
}
