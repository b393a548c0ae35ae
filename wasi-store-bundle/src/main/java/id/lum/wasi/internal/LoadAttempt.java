package id.lum.wasi.internal;

import id.lum.support.lifecycle.Backoff;
import java.time.Duration;

/**
 * The last attempt to load the module of a prefix: whether it is still being made, and when the next one may be.
 *
 * @param spec what was tried
 * @param state how it went
 * @param failures how many failed in a row, this one included
 * @param end when it ended, as {@link System#nanoTime} has it
 */
record LoadAttempt(ModuleSpec spec, State state, int failures, long end) {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** How an attempt went. */
    enum State {
        UNDER_WAY,
        FAILED,
        /** For what the module is: the same module is not tried again. */
        REFUSED
    }

    static LoadAttempt underWay(ModuleSpec spec, int failuresBefore) {
        return new LoadAttempt(spec, State.UNDER_WAY, failuresBefore, 0);
    }

    LoadAttempt refused() {
        return new LoadAttempt(spec, State.REFUSED, failures, 0);
    }

    LoadAttempt failed(long now) {
        return new LoadAttempt(spec, State.FAILED, failures + 1, now);
    }

    boolean isUnderWay() {
        return state == State.UNDER_WAY;
    }

    /** How many attempts for the same failed in a row. */
    int failuresOf(ModuleSpec wanted) {
        return spec.equals(wanted) ? failures : 0;
    }

    /** Whether another one may be made now. There is one at a time for each prefix. */
    boolean allows(ModuleSpec wanted, long now) {
        return switch (state) {
            case UNDER_WAY -> false;
            case FAILED ->
                !spec.equals(wanted) || now - end >= BACKOFF.after(failures).toNanos();
            case REFUSED -> !spec.equals(wanted);
        };
    }
}
