package id.lum.core.adapter;

import id.lum.core.live.Leased;
import id.lum.core.live.Live;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store that a configuration asks for. A store that cannot be opened leaves the one before it in force, or none,
 * and is tried again, ever less often, until it opens or another configuration comes: the obstacle may go away by
 * itself.
 *
 * <p>The same file is never opened twice: another path is opened beside the old store, the same path after its close.
 *
 * @param <S> what a store is opened with
 * @param <R> the store
 */
public final class LiveStore<S, R extends AutoCloseable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStore.class);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    /** How long a call waits while a store is closed and opened again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final StoreKind<S, R> kind;
    private final Consumer<Leased<R>> whenOpen;
    private final ScheduledThreadPoolExecutor retries = retries();

    private record Wanted<S>(S settings, Runnable inForce) {}

    private record Serving<S, R extends AutoCloseable>(S settings, Live<R> live) {}

    // Guarded by this, as what follows.
    private Optional<Serving<S, R>> serving = Optional.empty();
    // The configuration in force or, while it cannot be opened, tried: a retry of an earlier one has nothing to do.
    private Optional<Wanted<S>> wanted = Optional.empty();
    private String lastRefusal = "";

    /**
     * No store yet.
     *
     * @param kind how stores are opened
     * @param whenOpen is given the store once, when the first one is open; from then on it stays the same
     */
    public LiveStore(StoreKind<S, R> kind, Consumer<Leased<R>> whenOpen) {
        this.kind = kind;
        this.whenOpen = whenOpen;
    }

    /** Its thread is there only while there is something to try. */
    private static ScheduledThreadPoolExecutor retries() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "store retry");
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(1, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * Opens what a configuration asks for, now or at a later try.
     *
     * @param settings what to open
     * @param inForce run whenever the settings come into force
     */
    public synchronized void apply(S settings, Runnable inForce) {
        Wanted<S> next = new Wanted<>(settings, inForce);
        wanted = Optional.of(next);
        lastRefusal = "";
        attempt(next, FIRST_RETRY);
    }

    private synchronized void retry(Wanted<S> tried, Duration next) {
        if (wanted.filter(now -> now == tried).isPresent()) {
            attempt(tried, next);
        }
    }

    private void attempt(Wanted<S> tried, Duration next) {
        try {
            open(tried);
        } catch (Exception refused) {
            boolean serves = serving.filter(now -> now.live().isOpen()).isPresent();
            tell(refused.getMessage() + " " + (serves ? "The last good store stays in force." : kind.meanwhile()));
            // Another try on the file that serves would close it again.
            if (!serves || !isServed(path(tried.settings()))) {
                Duration after = next.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? next.multipliedBy(2) : LAST_RETRY;
                retries.schedule(() -> retry(tried, after), next.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Once: the obstacle may stay for days, and is met every half minute. */
    private void tell(String refusal) {
        if (refusal.equals(lastRefusal)) {
            LOG.debug("Still so: {}", refusal);
        } else {
            LOG.error(refusal);
        }
        lastRefusal = refusal;
    }

    private void open(Wanted<S> tried) throws Exception {
        S settings = tried.settings();
        if (serving.isEmpty()) {
            Live<R> live = new Live<>(kind.databaseOf(settings).owner(), kind.open(settings), PATIENCE);
            serving = Optional.of(new Serving<>(settings, live));
            tried.inForce().run();
            whenOpen.accept(live);
            return;
        }
        Serving<S, R> now = serving.get();
        if (!now.settings().equals(settings) || !now.live().isOpen()) {
            if (isServed(path(settings))) {
                now.live().reopen(() -> kind.open(settings), () -> kind.open(now.settings()));
            } else {
                // The file may be one that was left a moment ago.
                now.live().awaitClosed(FIRST_RETRY);
                kind.move(now.live(), settings);
            }
            serving = Optional.of(new Serving<>(settings, now.live()));
        }
        tried.inForce().run();
    }

    private Path path(S settings) {
        return kind.databaseOf(settings).path();
    }

    private boolean isServed(Path path) {
        return serving.filter(now -> path(now.settings()).equals(path)).isPresent();
    }

    @Override
    public synchronized void close() {
        wanted = Optional.empty();
        retries.shutdownNow();
        serving.ifPresent(now -> now.live().close());
        serving = Optional.empty();
    }
}
