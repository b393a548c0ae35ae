package id.lum.core.internal.grants;

import id.lum.support.sqlite.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Lets one list of a principal be read at a time, so that a principal with very many grants takes one of the
 * connections that read lists, and not all. A few principals share a permit.
 */
final class ListLimit {
    private static final int PERMITS = 256;

    private final List<Semaphore> permits =
            Stream.generate(() -> new Semaphore(1)).limit(PERMITS).toList();
    private final Duration longest;

    /** @param longest how long a list waits for its turn */
    ListLimit(Duration longest) {
        this.longest = longest;
    }

    <R> R read(GrantedIds.Key key, Supplier<R> read) {
        Semaphore permit = permits.get(Math.floorMod(key.hashCode(), PERMITS));
        try {
            if (!permit.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoreUnavailable("Other lists of the same principal took longer than " + longest + ".");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("The caller was interrupted while it waited to read grants.", interrupted);
        }
        try {
            return read.get();
        } finally {
            permit.release();
        }
    }
}
