package id.lum.support.log;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs an outage of a service: a warning when it begins and for each further cause, and one line when it ends. Failures
 * in between are counted, and logged at DEBUG. A cause is logged once a minute at most, however often the outage begins
 * anew, because a stranger's request may be what fails.
 */
public final class OutageLog {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** More are counted and not logged. */
    private static final int MAX_CAUSES = 64;

    private final Logger log;
    private final LongSupplier nanos;

    // Guarded by this.
    private final Map<String, Long> lastLines = new HashMap<>();
    private final Set<String> logged = new HashSet<>();
    private long failures;
    private long since;

    /**
     * One for a service that is thought to be well.
     *
     * @param log where the lines go
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    public OutageLog(Logger log, LongSupplier nanos) {
        this.log = requireNonNull(log, "log");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /**
     * A request failed.
     *
     * @param service what the line calls the service
     * @param cause distinguishes failures: one of a few words, none that a server or a stranger chose
     * @param detail one line, fit for a log
     */
    public void failed(String service, String cause, String detail) {
        String before;
        boolean passes;
        synchronized (this) {
            long now = nanos.getAsLong();
            since = failures == 0 ? now : since;
            failures++;
            passes = !logged.contains(cause) && passes(cause, now);
            if (passes) {
                logged.add(cause);
            }
            before = failures == 1 ? "" : " It is failure " + failures + " in " + seconds(now - since) + " s.";
        }
        if (passes) {
            log.warn(
                    "{}: {}.{} More of this kind are counted and logged at DEBUG until it is over.",
                    service,
                    detail,
                    before);
        } else {
            log.debug("{}: {}.{}", service, detail, before);
        }
    }

    private boolean passes(String cause, long now) {
        lastLines.values().removeIf(last -> now - last >= PAUSE.toNanos());
        return lastLines.size() < MAX_CAUSES && lastLines.putIfAbsent(cause, now) == null;
    }

    /**
     * A request succeeded.
     *
     * @param service what the line calls the service
     */
    public void succeeded(String service) {
        long ended;
        long duration;
        synchronized (this) {
            boolean silent = logged.isEmpty();
            ended = failures;
            duration = nanos.getAsLong() - since;
            failures = 0;
            logged.clear();
            if (silent) {
                return;
            }
        }
        log.info("{} answers again after {} failures in {} s.", service, ended, seconds(duration));
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos);
    }
}
