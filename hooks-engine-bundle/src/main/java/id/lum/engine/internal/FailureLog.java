package id.lum.engine.internal;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Which failures of a hook are logged: the first of an outage, then one in ten minutes, and one line when it ends. A
 * stranger can make calls fail by the thousand, and must not rotate the log away.
 *
 * <p>An outage ends with the first answer that comes a minute or more after the last failure. Times are in nanoseconds
 * of the view's clock.
 */
final class FailureLog {
    static final Duration PAUSE = Duration.ofMinutes(10);
    static final Duration QUIET = Duration.ofMinutes(1);

    // Read without the lock at every answer, written under it.
    private volatile boolean failing;
    // Guarded by this.
    private long lastFailure;
    private long lastLogged;
    private long unlogged;

    /** @return how many failures were not logged since the last that was, if this one is to be logged */
    synchronized OptionalLong failed(long now) {
        lastFailure = now;
        if (failing && now - lastLogged < PAUSE.toNanos()) {
            unlogged++;
            return OptionalLong.empty();
        }
        failing = true;
        lastLogged = now;
        return takeUnlogged();
    }

    boolean isFailing() {
        return failing;
    }

    /** @return how many failures were not logged since the last that was, if this answer ends the outage */
    synchronized OptionalLong answered(long now) {
        if (!failing || now - lastFailure < QUIET.toNanos()) {
            return OptionalLong.empty();
        }
        failing = false;
        return takeUnlogged();
    }

    private OptionalLong takeUnlogged() {
        OptionalLong taken = OptionalLong.of(unlogged);
        unlogged = 0;
        return taken;
    }
}
