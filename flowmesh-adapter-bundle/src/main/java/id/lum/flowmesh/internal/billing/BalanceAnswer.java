package id.lum.flowmesh.internal.billing;

/** What Runmesh says of a balance. */
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
     * No usable answer.
     *
     * @param why a line fit for a log
     */
    record Unusable(String why) implements BalanceAnswer {}
}
