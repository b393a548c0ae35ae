package id.lum.benchmarks;

/** What an operation may cost at most, by what was measured. */
sealed interface Target permits Target.Ratio, Target.Difference, Target.Figure {

    /** In words. */
    String operation();

    /** What is compared with the bound. */
    double value(Measurements measurements);

    /** The bound. */
    double most();

    /** What the value counts. */
    String unit();

    /**
     * The cost of one benchmark in units of another one of the same mode.
     *
     * @param ours run and benchmark, {@code run/Class.method}
     * @param peer the same of what it is compared with
     */
    record Ratio(String operation, String ours, String peer, double most) implements Target {
        @Override
        public double value(Measurements measurements) {
            return measurements.cost(ours) / measurements.cost(peer);
        }

        @Override
        public String unit() {
            return "x " + peer.substring(peer.indexOf('.') + 1);
        }
    }

    /**
     * A second result of a benchmark, such as its allocation.
     *
     * @param ours run and benchmark, {@code run/Class.method}
     * @param name of the second result
     */
    record Figure(String operation, String ours, String name, double most, String unit) implements Target {
        @Override
        public double value(Measurements measurements) {
            return measurements.second(ours, name);
        }
    }

    /**
     * What one benchmark costs more than another one of the same mode.
     *
     * @param ours run and benchmark, {@code run/Class.method}
     * @param peer the same of what is subtracted
     */
    record Difference(String operation, String ours, String peer, double most, String unit) implements Target {
        @Override
        public double value(Measurements measurements) {
            return measurements.cost(ours) - measurements.cost(peer);
        }
    }
}
