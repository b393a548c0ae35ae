package id.lum.traffic;

import java.util.List;
import java.util.Map;

/**
 * What came of the calls.
 *
 * @param calls how many were made
 * @param denials how many were expected to be denied, and were
 * @param denialsByRule of those whose rule the callers know, how many each rule denied
 * @param failed how many were answered 503 or threw anything else
 * @param wrong how many were answered otherwise than they should, wrong allows included
 * @param wrongAllows how many were allowed that should have been denied
 * @param away how many tokens were rightly answered 503, because lum.id was away
 * @param longestMillis the longest call, in milliseconds
 * @param swappedMicros what 99 of 100 calls did not exceed that met a swap, in microseconds
 * @param undisturbedMicros the same of those that met none
 * @param trouble the first failures and wrong answers, in words
 */
public record Report(
        long calls,
        long denials,
        Map<DenialRule, Long> denialsByRule,
        long failed,
        long wrong,
        long wrongAllows,
        long away,
        long longestMillis,
        long swappedMicros,
        long undisturbedMicros,
        List<String> trouble) {}
