package id.lum.engine.internal;

/**
 * The settings in force.
 *
 * @param since when what is required was last changed, in nanoseconds of the view's clock: a hook that is required and
 *     was never there counts as gone since then
 */
record EffectiveSettings(HostSettings settings, long since) {

    long nanosLeft(long from, long now) {
        // Differences, because the clock may have any sign and may wrap.
        return settings.grace().toNanos() - (now - from);
    }
}
