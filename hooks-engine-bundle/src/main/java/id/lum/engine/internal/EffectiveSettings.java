package id.lum.engine.internal;

/**
 * The settings in force.
 *
 * @param requiredSince the time of the last change of {@code required}, in nanoseconds of the view's clock. The grace
 *     time of a required hook that was never seen is counted from it
 */
record EffectiveSettings(HostSettings settings, long requiredSince) {

    long nanosLeft(long from, long now) {
        // Differences, because the clock may have any sign and may wrap.
        return settings.grace().toNanos() - (now - from);
    }
}
