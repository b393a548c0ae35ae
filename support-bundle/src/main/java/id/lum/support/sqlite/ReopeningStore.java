package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.Backoff;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.lifecycle.Timer;
import id.lum.support.log.RepeatedError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store that a configuration asks for. A store that cannot be opened leaves the one before it in force, or none,
 * and is tried again, ever less often, until it opens or another configuration comes: the obstacle may go away by
 * itself.
 *
 * <p>The same file is never opened twice: another file is opened beside the old store, the same file after its close
 * or, where the store can stay open, not at all. Files are compared by their real paths.
 *
 * <p>A store whose files were moved, removed or replaced stays in force until they are back. Once another database is
 * in their place, the store is closed and opened again on that. A path that has been served is never created again: an
 * empty store in place of a lost one would lose everything without a word.
 *
 * @param <S> what a store is opened with
 * @param <R> the store
 */
public final class ReopeningStore<S, R extends Stoppable> implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(ReopeningStore.class);

    /** At first after a moment: a predecessor that hung may let go of the file. */
    private static final Backoff RETRIES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));
    /** While a store serves that each try closes for a moment. */
    private static final Backoff INTERRUPTING_RETRIES = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    private final StoreFactory<S, R> factory;
    private final OpenListener<R> listener;
    private final ServedStore<S, R> served;
    private final DisplacementWatch<S, R> watch;
    private final Timer timer = new ThreadTimer("store retry");

    /** Set before the lock is taken: the holder of the lock ends early. */
    private volatile boolean closed;

    private final ReentrantLock lock = new ReentrantLock();
    // Written under the lock. The configuration in force or, while it cannot be opened, tried: a retry of an earlier
    // one has nothing to do.
    private volatile Optional<S> wanted = Optional.empty();
    // Guarded by the lock, as what follows.
    private boolean announced;
    private final RepeatedError refusals = new RepeatedError(LOG);

    /**
     * No store yet.
     *
     * @param factory how stores are opened
     * @param listener called when the first store is open
     */
    public ReopeningStore(StoreFactory<S, R> factory, OpenListener<R> listener) {
        this.factory = factory;
        this.listener = listener;
        this.served = new ServedStore<>(factory);
        this.watch = new DisplacementWatch<>(factory, served, new Looks());
    }

    private final class Looks implements DisplacementWatch.Looks {
        @Override
        public void after(Duration delay, Runnable look) {
            later(delay, look);
        }

        @Override
        public boolean isClosed() {
            return closed;
        }
    }

    /** Under the lock. */
    private void later(Duration delay, Runnable change) {
        timer.after(delay, () -> locked(change));
    }

    /**
     * Opens what a configuration asks for, now or at a later try.
     *
     * @param settings what to open
     */
    public void apply(S settings) {
        locked(() -> {
            wanted = Optional.of(settings);
            refusals.over();
            attempt(settings, 1);
        });
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            if (!closed) {
                change.run();
            }
        } finally {
            // The call of close may have waited for the lock in vain.
            if (closed) {
                served.close(StopDeadline.unhurried());
            }
            lock.unlock();
        }
    }

    private void retry(S tried, int tries) {
        if (wanted.filter(now -> now == tried).isPresent()) {
            attempt(tried, tries);
        }
    }

    private void attempt(S tried, int tries) {
        try {
            served.open(tried);
            announce();
        } catch (Exception | Error refused) {
            if (closed) {
                LOG.debug("Closed meanwhile", refused);
                return;
            }
            boolean serves = served.serves();
            Backoff pauses = serves && announced && served.wasInterrupted() ? INTERRUPTING_RETRIES : RETRIES;
            // First, and without another look at the files: what follows may fail, too, and nothing would be tried
            // again.
            later(pauses.after(tries), () -> retry(tried, tries + 1));
            if (refused instanceof ServedStore.Displaced) {
                watch.lookSoon();
            }
            LOG.debug("Not applied", refused);
            refusals.met(sentence(factory.databaseOf(tried), refused) + " "
                    + (serves ? "The last good store stays in force." : factory.consequenceWhileClosed())
                    + " This is tried again at least every " + pauses.longest().toSeconds() + " s.");
        }
    }

    static String sentence(StoreSettings tried, Throwable refused) {
        return refused instanceof StoreRefused
                        || refused instanceof StoreUnavailable
                        || refused instanceof IllegalStateException
                ? refused.getMessage()
                : tried.owner() + " cannot be applied: " + LogSafe.of(refused.toString()) + ".";
    }

    /** Tried again if it fails: without it the open store is of no use. */
    private void announce() {
        if (!announced && !closed) {
            listener.firstOpened(watch.watched(served.resource()));
            announced = true;
        }
    }

    /**
     * Calls fail from now on. What is being opened or exchanged ends early and is closed too; if that hangs in the file
     * system, by the thread that does it, whenever it can.
     */
    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        timer.close();
        served.close(deadline);
        if (deadline.await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS))) {
            try {
                served.close(deadline);
            } finally {
                lock.unlock();
            }
        } else {
            LOG.error(
                    "{}: the store was closed while it was being opened. Its file stays locked until that ends.",
                    wanted.map(settings -> factory.databaseOf(settings).owner()).orElse("A database"));
        }
    }
}
