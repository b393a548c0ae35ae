package id.lum.benchmarks;

import java.util.List;

/** What a share of some measurements is not above. */
final class Percentile {
    private Percentile() {}

    /**
     * Of measurements in any order, at least one.
     *
     * @param share such as 0.99
     */
    static long of(List<Long> measured, double share) {
        return measured.stream()
                .sorted()
                .skip((long) Math.ceil(share * measured.size()) - 1)
                .findFirst()
                .orElseThrow();
    }
}
