package id.lum.support.log;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs an {@link Outage} of a service: a warning when it begins and for each further cause, and one line when it ends.
 * Failures in between are counted, and logged at DEBUG.
 */
public final class OutageLog {
    private final Logger log;
    private final LongSupplier nanos;
    private final Outage outage;

    /**
     * One for a service whose first success ends an outage.
     *
     * @param log where the lines go
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    public OutageLog(Logger log, LongSupplier nanos) {
        this(log, nanos, Duration.ZERO);
    }

    /**
     * One for a service that may fail at every second call in one outage.
     *
     * @param log where the lines go
     * @param nanos the time, as {@link System#nanoTime} has it
     * @param quiet how long after the last failure a success ends an outage
     */
    public OutageLog(Logger log, LongSupplier nanos, Duration quiet) {
        this.log = requireNonNull(log, "log");
        this.nanos = requireNonNull(nanos, "nanos");
        this.outage = new Outage(quiet, Duration.ZERO);
    }

    /**
     * A request failed.
     *
     * @param service what the line calls the service
     * @param cause distinguishes failures: one of a few words, none that a server or a stranger chose
     * @param detail one line, fit for a log, with or without a full stop
     */
    public void failed(String service, String cause, String detail) {
        Optional<Outage.Line> line = outage.failed(cause, nanos.getAsLong());
        String sentence = detail.endsWith(".") ? detail : detail + ".";
        if (line.isPresent()) {
            log.warn(
                    "{}: {}{} More of this kind are counted and logged at DEBUG until it is over.",
                    service,
                    sentence,
                    before(line.get()));
        } else {
            log.debug("{}: {}", service, sentence);
        }
    }

    private static String before(Outage.Line line) {
        return line.failures() == 1
                ? ""
                : " It is failure " + line.failures() + " in " + line.duration().toSeconds() + " s.";
    }

    /**
     * A request succeeded.
     *
     * @param service what the line calls the service
     */
    public void succeeded(String service) {
        if (!outage.isFailing()) {
            return;
        }
        outage.succeeded(nanos.getAsLong())
                .ifPresent(end -> log.info(
                        "{} answers again after {} failures in {} s.",
                        service,
                        end.failures(),
                        end.duration().toSeconds()));
    }
}
