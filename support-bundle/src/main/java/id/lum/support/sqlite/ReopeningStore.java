package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.SwappableResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
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

    /** A predecessor that hung may let go of the file any moment. */
    private static final Duration HANDOVER_RETRY = Duration.ofMillis(200);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    /** How long a call waits while a store is closed and opened again. */
    private static final Duration REOPEN_TIMEOUT = Duration.ofSeconds(10);

    private final StoreFactory<S, R> factory;
    private final Consumer<Leased<R>> whenOpen;
    private final ScheduledThreadPoolExecutor retries = retries();

    /** @param realPath where the database was when it was opened */
    private record Serving<S, R extends Stoppable>(S settings, Path realPath, SwappableResource<R> resource) {}

    /** Set before the lock is taken: the holder of the lock ends early. */
    private volatile boolean closed;

    private final ReentrantLock lock = new ReentrantLock();
    // Written under the lock, as what follows.
    private volatile Optional<Serving<S, R>> serving = Optional.empty();
    // Guarded by the lock, as what follows. The configuration in force or, while it cannot be opened, tried: a retry
    // of an earlier one has nothing to do.
    private Optional<S> wanted = Optional.empty();
    private boolean announced;
    /** What was last said about a configuration that cannot be opened, and about files that are not in their place. */
    private String lastRefusal = "";

    private String lastDisplacement = "";
    /** Whether the store in force is closed, because another database is in its place that cannot be opened yet. */
    private boolean closedForAnother;
    /** What was at the path when it was last looked at: a copy that still grows must not be opened. */
    private Optional<String> lastStamp = Optional.empty();

    /** Whether the files are looked at, or will be. */
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * No store yet.
     *
     * @param factory how stores are opened
     * @param whenOpen is given the store once, when the first one is open; from then on it stays the same
     */
    public ReopeningStore(StoreFactory<S, R> factory, Consumer<Leased<R>> whenOpen) {
        this.factory = factory;
        this.whenOpen = whenOpen;
    }

    /** With its thread from the beginning: at the limit of threads none could be started when it is needed. */
    private static ScheduledThreadPoolExecutor retries() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "store retry");
            thread.setDaemon(true);
            return thread;
        });
        // Once closed there is nothing left to try.
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        executor.prestartCoreThread();
        return executor;
    }

    /**
     * Opens what a configuration asks for, now or at a later try.
     *
     * @param settings what to open
     */
    public void apply(S settings) {
        locked(() -> {
            wanted = Optional.of(settings);
            lastRefusal = "";
            attempt(settings, HANDOVER_RETRY);
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
                closeServing(StopDeadline.unhurried());
            }
            lock.unlock();
        }
    }

    private void retry(S tried, Duration next) {
        if (wanted.filter(now -> now == tried).isPresent()) {
            attempt(tried, next);
        }
    }

    private void attempt(S tried, Duration next) {
        try {
            open(tried);
            announce();
        } catch (Exception | Error refused) {
            if (closed) {
                LOG.debug("Closed meanwhile", refused);
                return;
            }
            boolean serves = !closedForAnother
                    && serving.filter(now -> now.resource().isOpen()).isPresent();
            // Another try on the file that serves would close it again, unless it was refused before that.
            boolean again =
                    !serves || !announced || !isServed(tried) || displacement().isPresent();
            if (again) {
                retries.schedule(
                        () -> locked(() -> retry(tried, longer(next))), next.toMillis(), TimeUnit.MILLISECONDS);
            }
            LOG.debug("Not applied", refused);
            lastRefusal = tell(
                    lastRefusal,
                    sentence(tried, refused) + " "
                            + (serves ? "The last good store stays in force." : factory.consequenceWhileClosed())
                            + (again ? "" : " This is tried again when the configuration changes."));
        }
    }

    private static Duration longer(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(LAST_RETRY) < 0 ? twice : LAST_RETRY;
    }

    private String sentence(S tried, Throwable refused) {
        return refused instanceof StoreRefused
                        || refused instanceof StoreUnavailable
                        || refused instanceof IllegalStateException
                ? refused.getMessage()
                : factory.databaseOf(tried).owner() + " cannot be applied: " + LogSafe.of(refused.toString()) + ".";
    }

    /** Once: the obstacle may stay for days, and is met every half minute. */
    private static String tell(String last, String refusal) {
        if (refusal.equals(last)) {
            LOG.debug("Still so: {}", refusal);
        } else {
            LOG.error(refusal);
        }
        return refusal;
    }

    private void open(S settings) throws Exception {
        Path realPath = factory.databaseOf(settings).realPath();
        SwappableResource<R> resource;
        if (serving.isEmpty()) {
            resource = new SwappableResource<>(
                    factory.databaseOf(settings).owner(), factory.open(settings), REOPEN_TIMEOUT);
        } else {
            Serving<S, R> now = serving.get();
            resource = now.resource();
            if (!isServed(settings)) {
                // The file may be one that was left a moment ago.
                resource.awaitClosed(FIRST_RETRY);
                if (closedForAnother) {
                    resource.replace(factory.open(settings));
                } else {
                    factory.move(resource, settings);
                }
            } else if (resource.isOpen() && factory.staysOpen(now.settings(), settings)) {
                resource.<Boolean>withResource(store -> {
                    factory.reconfigure(store, settings);
                    return true;
                });
                serving = Optional.of(new Serving<>(settings, now.realPath(), resource));
                return;
            } else {
                displacement().ifPresent(objection -> {
                    lookSoon();
                    throw new IllegalStateException(objection);
                });
                resource.reopen(() -> openExisting(settings), () -> openExisting(now.settings()));
            }
        }
        closedForAnother = false;
        serving = Optional.of(new Serving<>(settings, realPath, resource));
    }

    private R openExisting(S settings) {
        StoreSettings database = factory.databaseOf(settings);
        if (database.contentStamp().isEmpty()) {
            throw new IllegalStateException(
                    database.owner() + " = \"" + LogSafe.of(database.path().toString())
                            + "\" is missing or empty. Put it back, or name another path to begin anew.");
        }
        return factory.open(settings);
    }

    /** Tried again if it fails: without it the open store is of no use. */
    private void announce() {
        if (!announced && !closed) {
            whenOpen.accept(leased(serving.orElseThrow().resource()));
            announced = true;
        }
    }

    // A store whose files were moved

    /** What callers get: when the store cannot serve a call, its files are looked at. */
    private Leased<R> leased(SwappableResource<R> resource) {
        return new Leased<>() {
            @Override
            public <T> T withResource(Function<? super R, ? extends T> call) {
                try {
                    return resource.<T>withResource(call);
                } catch (StoreUnavailable unavailable) {
                    lookSoon();
                    throw unavailable;
                }
            }
        };
    }

    private void lookSoon() {
        if (looking.compareAndSet(false, true)) {
            lookAfter(Duration.ZERO, FIRST_RETRY);
        }
    }

    private void lookAfter(Duration wait, Duration next) {
        try {
            retries.schedule(() -> locked(() -> look(next)), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException | Error failed) {
            // The next call that cannot be served tries again.
            looking.set(false);
            LOG.warn("The files of a store cannot be looked at now.", failed);
        }
    }

    private void look(Duration next) {
        Duration wait = next;
        try {
            Optional<String> objection = displacement();
            if (objection.isEmpty()) {
                inPlaceAgain();
                return;
            }
            Serving<S, R> now = serving.orElseThrow();
            Optional<String> stamp = factory.databaseOf(now.settings()).contentStamp();
            if (stamp.isPresent() && stamp.equals(lastStamp)) {
                openInPlace(now);
                inPlaceAgain();
                return;
            }
            // A copy that is being made is waited for without the pauses of one that cannot be opened.
            wait = stamp.isPresent() ? FIRST_RETRY : next;
            lastStamp = stamp;
            tellDisplaced(objection.get());
        } catch (Exception | Error refused) {
            if (closed) {
                return;
            }
            LOG.debug("Not opened", refused);
            serving.ifPresent(now -> tellDisplaced(sentence(now.settings(), refused)));
        }
        lookAfter(wait, longer(wait));
    }

    /** What is wrong with the files of the store in force, as a sentence. */
    private Optional<String> displacement() {
        return serving.filter(now -> now.resource().isOpen())
                .flatMap(now -> closedForAnother
                        ? Optional.of(factory.databaseOf(now.settings()).owner() + " has no open database.")
                        : now.resource().<Optional<String>>withResource(factory::displaced));
    }

    private void tellDisplaced(String sentence) {
        lastDisplacement = tell(
                lastDisplacement,
                sentence + " "
                        + (closedForAnother ? factory.consequenceWhileClosed() : "Until then nothing is written.")
                        + " It is looked at again at least every " + LAST_RETRY.toSeconds() + " s.");
    }

    private void inPlaceAgain() {
        looking.set(false);
        lastStamp = Optional.empty();
        if (!lastDisplacement.isEmpty()) {
            lastDisplacement = "";
            serving.filter(now -> now.resource().isOpen())
                    .ifPresent(now -> LOG.info(
                            "{}: writes are taken again.",
                            factory.databaseOf(now.settings()).owner()));
        }
    }

    /** With a closed store in force calls fail at once, and with none they would wait. */
    private void openInPlace(Serving<S, R> now) {
        StoreSettings database = factory.databaseOf(now.settings());
        Path realPath = database.realPath();
        now.resource().exchange(displaced -> {
            if (!closedForAnother) {
                factory.prepareCloseOfDisplaced(displaced);
                closeQuietly(displaced, database);
                closedForAnother = true;
            }
            return openExisting(now.settings());
        });
        closedForAnother = false;
        serving = Optional.of(new Serving<>(now.settings(), realPath, now.resource()));
        LOG.warn(
                "{}: the store was opened again, on the database that is now at {}.",
                database.owner(),
                LogSafe.of(realPath.toString()));
    }

    private static void closeQuietly(Stoppable displaced, StoreSettings database) {
        try {
            displaced.close();
        } catch (Exception | Error failed) {
            LOG.warn("{}: the displaced store did not close cleanly.", database.owner(), failed);
        }
    }

    /** Whether the file that serves is meant, by whatever name. */
    private boolean isServed(S settings) {
        return serving.filter(now ->
                        samePlace(now.realPath(), factory.databaseOf(settings).realPath()))
                .isPresent();
    }

    private static boolean samePlace(Path one, Path other) {
        try {
            // A directory may have a second name by a bind mount, which no real path shows.
            return one.equals(other)
                    || one.getFileName().equals(other.getFileName())
                            && Files.isSameFile(one.getParent(), other.getParent());
        } catch (IOException oneOfThemIsMissing) {
            return false;
        }
    }

    /**
     * Calls fail from now on. What is being opened or exchanged ends early and is closed too; if that hangs in the file
     * system, by the thread that does it, whenever it can.
     */
    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        retries.shutdownNow();
        closeServing(deadline);
        if (deadline.await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS))) {
            try {
                closeServing(deadline);
            } finally {
                lock.unlock();
            }
        } else {
            LOG.error("A store does not end to open; its file stays locked until it has.");
        }
    }

    private void closeServing(StopDeadline deadline) {
        serving.ifPresent(now -> now.resource().close(deadline));
    }
}
