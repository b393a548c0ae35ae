package id.lum.core.identity;

/**
 * Metrics for an operator. Those that count go on through a reconfiguration.
 *
 * @param hits calls that were answered from the cache
 * @param misses calls that were not, those that shared a request with others included
 * @param cached answers in the cache now
 * @param rejected tokens remembered now as inactive
 * @param evictions answers that left it because it was full or they were old
 * @param inFlight requests under way now
 * @param failures requests that brought no answer that could be relied on
 * @param refusedCalls calls for which no request was made because too many were under way
 * @param emails e-mail addresses remembered now
 */
public record IntrospectionMetrics(
        long hits,
        long misses,
        long cached,
        long rejected,
        long evictions,
        int inFlight,
        long failures,
        long refusedCalls,
        int emails) {}
