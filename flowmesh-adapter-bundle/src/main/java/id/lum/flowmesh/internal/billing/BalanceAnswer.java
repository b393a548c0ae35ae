package id.lum.flowmesh.internal.billing;

/** What came of a balance request. */
sealed interface BalanceAnswer {

    /** Enough to submit. */
    record Sufficient() implements BalanceAnswer {}

    /**
     * Not enough.
     *
     * @param balance what there is, printable
     */
    record Insufficient(String balance) implements BalanceAnswer {}

    /**
     * No usable answer from Runmesh.
     *
     * @param why a line fit for a log
     */
    record Unusable(String why) implements BalanceAnswer {}

    /**
     * Runmesh was not asked, or not given its time, because of a limit or a state of this side.
     *
     * @param why a line fit for a log
     */
    record NotAsked(String why) implements BalanceAnswer {}
}
