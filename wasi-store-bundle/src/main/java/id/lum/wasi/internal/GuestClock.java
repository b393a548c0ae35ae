package id.lum.wasi.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The time that an instance is told. Without a clock it starts in the year 2000 and moves with each question and each
 * sleep, so that a module that waits for it does not wait for ever. Not safe for several threads.
 */
final class GuestClock {
    private static final long START = Duration.ofSeconds(
                    Instant.parse("2000-07-01T00:00:00Z").getEpochSecond())
            .toNanos();
    private static final long STEP = Duration.ofNanos(1_000).toNanos();

    private static final int REALTIME = 0;
    private static final int MONOTONIC = 1;

    private final boolean real;
    private long passed;

    GuestClock(boolean real) {
        this.real = real;
    }

    /** Whether WASI has a clock of this number that there is here. */
    static boolean isKnown(int id) {
        return id == REALTIME || id == MONOTONIC;
    }

    /** The time by a clock that is known; by the monotonic one if it is not. */
    long of(int id) {
        return id == REALTIME ? time() : monotonicTime();
    }

    /** In nanoseconds since 1970. */
    private long time() {
        if (real) {
            Instant now = Instant.now();
            return Duration.ofSeconds(now.getEpochSecond(), now.getNano()).toNanos();
        }
        passed += STEP;
        return START + passed;
    }

    /** In nanoseconds since some moment. */
    private long monotonicTime() {
        if (real) {
            return System.nanoTime();
        }
        passed += STEP;
        return passed;
    }

    /**
     * Sleeps.
     *
     * @throws InterruptedException if the call of the instance is over
     */
    void sleep(long nanos) throws InterruptedException {
        if (nanos > 0) {
            // Nobody counts it down.
            new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
            passed += nanos;
        }
    }
}
