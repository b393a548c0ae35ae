package id.lum.core.identity;

import java.util.concurrent.atomic.LongAdder;

/** What has happened since the start, counted without contention. */
final class CacheCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder refusedCalls = new LongAdder();
}
