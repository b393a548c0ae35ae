package id.lum.engine.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the usage rows of a host for which there was no sink, and logs when that begins and ends. */
final class SinklessRows {
    private static final Logger LOG = LoggerFactory.getLogger(SinklessRows.class);

    private final LongAdder count = new LongAdder();
    private final AtomicBoolean begun = new AtomicBoolean();

    /** @param host its name, fit for a log */
    void lost(String host, int rows) {
        count.add(rows);
        if (!begun.getAndSet(true)) {
            LOG.warn(
                    "{}: there is no usage sink, so usage rows are lost; hooks:list counts them. Install a sink, or require "
                            + "usage so that the host keeps its rows.",
                    host);
        }
    }

    /** @param host its name, fit for a log */
    void delivered(String host) {
        if (begun.get() && begun.getAndSet(false)) {
            LOG.info("{}: usage rows have a sink again; {} had none so far.", host, count.sum());
        }
    }

    long count() {
        return count.sum();
    }
}
