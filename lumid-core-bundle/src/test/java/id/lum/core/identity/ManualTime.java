package id.lum.core.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A calendar and an even time, moved by hand. */
final class ManualTime extends Clock implements LongSupplier {
    static final Instant START = Instant.parse("2026-05-20T15:21:00Z");

    private final AtomicLong passed = new AtomicLong();

    /** Both move. */
    void pass(Duration time) {
        passed.addAndGet(time.toNanos());
    }

    @Override
    public long getAsLong() {
        return passed.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(passed.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
