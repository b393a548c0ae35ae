package id.lum.engine.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the calls of a hook that have not returned, by the period in which they began. A call changes two counters and
 * allocates nothing; somebody must look from time to time, which ends a period.
 */
final class CallsUnderWay {
    /** The calls that began between two looks. */
    static final class Period {
        private final LongAdder calls = new LongAdder();
        /** When no further call began in it; written by the look that ended it. */
        private long end;
    }

    private volatile Period current = new Period();
    // Guarded by this.
    private final List<Period> ended = new ArrayList<>();

    /** @return what {@link #end} takes */
    Period begin() {
        Period period = current;
        period.calls.increment();
        return period;
    }

    void end(Period begun) {
        begun.calls.decrement();
    }

    /**
     * Ends the current period.
     *
     * @param age how long ago a call began at least
     * @param now in nanoseconds of a clock that does not go back
     * @return how many calls of that age have not returned
     */
    synchronized long look(Duration age, long now) {
        long old = 0;
        for (Iterator<Period> periods = ended.iterator(); periods.hasNext(); ) {
            Period period = periods.next();
            long calls = period.calls.sum();
            // Not the one that ends now: a call may have read it, and count itself in a moment.
            if (calls == 0) {
                periods.remove();
            } else if (now - period.end >= age.toNanos()) {
                old += calls;
            }
        }
        Period last = current;
        current = new Period();
        last.end = now;
        ended.add(last);
        return old;
    }

    /** Whether every call has returned, as far as the last look knows; a call that begins now may be missed. */
    synchronized boolean isIdle() {
        return current.calls.sum() == 0 && ended.stream().allMatch(period -> period.calls.sum() == 0);
    }
}
