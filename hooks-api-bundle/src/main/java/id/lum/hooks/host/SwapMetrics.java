package id.lum.hooks.host;

/**
 * What swaps have cost the callers of a view since it began.
 *
 * @param waited how often a call waited for a hook that was unavailable
 * @param askedAgain how often a hook left before it had answered, so that its successor was asked
 * @param gaveUp how often a call was refused because a hook did not come back in time, or too many callers waited
 *     already
 * @param rowsWithoutSink how many usage rows were emitted while no sink was there and none was required; they are lost
 */
public record SwapMetrics(long waited, long askedAgain, long gaveUp, long rowsWithoutSink) {}
