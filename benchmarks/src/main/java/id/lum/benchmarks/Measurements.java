package id.lum.benchmarks;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;

/** What was measured, by run and benchmark: {@code run/Class.method}. */
final class Measurements {
    private final Map<String, RunResult> results = new HashMap<>();

    void add(String run, RunResult result) {
        String benchmark = result.getParams().getBenchmark();
        results.put(
                run + "/"
                        + benchmark.substring(
                                Measurements.class.getPackageName().length() + 1),
                result);
    }

    /** The time of an operation, whether time or throughput was measured. */
    double cost(String name) {
        double score = result(name).getPrimaryResult().getScore();
        return result(name).getPrimaryResult().getScoreUnit().startsWith("ops/") ? 1 / score : score;
    }

    /** The mean over all iterations: JMH's own score of a counter is their sum. */
    double second(String name, String second) {
        return Optional.ofNullable(result(name).getSecondaryResults().get(second))
                .orElseThrow(() -> new IllegalArgumentException(name + " has no result " + second + ", only "
                        + result(name).getSecondaryResults().keySet()))
                .getStatistics()
                .getMean();
    }

    private RunResult result(String name) {
        return Optional.ofNullable(results.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no measurement " + name + ", only of " + results.keySet()));
    }
}
