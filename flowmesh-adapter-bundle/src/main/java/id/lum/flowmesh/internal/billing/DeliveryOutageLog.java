package id.lum.flowmesh.internal.billing;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs one line when something begins to fail, and one when it has worked again for a minute. A failure of every second
 * call is one outage. Safe for many threads.
 */
public final class DeliveryOutageLog {
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private final LongSupplier nanos;

    // Guarded by this.
    private boolean failing;
    private long lastFailure;
    private long failures;

    /**
     * A log without an outage.
     *
     * @param log where lines go
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    public DeliveryOutageLog(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    /**
     * Counts a failure, and logs it if it is the first of an outage.
     *
     * @param event what is logged
     * @param cause why, fit for a log
     */
    public void failed(String event, String cause) {
        if (isFirst()) {
            log.warn("{}: {}", event, cause);
        }
    }

    private synchronized boolean isFirst() {
        boolean first = !failing;
        failing = true;
        lastFailure = nanos.getAsLong();
        failures++;
        return first;
    }

    /**
     * Logs the end of an outage, if there was one and its last failure is a minute ago.
     *
     * @param event what is logged, with the number of failures after it
     */
    public void worked(String event) {
        long over = endedFailures();
        if (over > 0) {
            log.info("{} (calls affected: {}).", event, over);
        }
    }

    private synchronized long endedFailures() {
        if (!failing || nanos.getAsLong() - lastFailure < QUIET_NANOS) {
            return 0;
        }
        long over = failures;
        failing = false;
        failures = 0;
        return over;
    }
}
