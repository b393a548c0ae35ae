package id.lum.flowmesh.internal.runmesh;

import java.time.Duration;
import java.util.Optional;

/** What Runmesh's answer to a usage row means for that row. What it said is a line fit for a log. */
public sealed interface EntryResponse {

    /** It is in the ledger. */
    record Accepted() implements EntryResponse {}

    /** Not now: an unknown user may be provisioned meanwhile. */
    record Refused(String detail) implements EntryResponse {}

    /** Never, as it is. */
    record RefusedForGood(String detail) implements EntryResponse {}

    /**
     * Nothing about the row: Runmesh, the way there or our settings are wrong.
     *
     * @param retryAfter when Runmesh wants to be asked again, if it says so
     */
    record Unusable(String detail, Optional<Duration> retryAfter) implements EntryResponse {}
}
