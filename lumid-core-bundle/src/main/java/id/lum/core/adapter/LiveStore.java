package id.lum.core.adapter;

import id.lum.core.live.Leased;
import id.lum.core.live.Live;
import id.lum.core.sqlite.StoreRefused;
import id.lum.hooks.Printable;
import java.io.IOException;
import java.nio.file.Files;
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
 * <p>The same file is never opened twice: another file is opened beside the old store, the same file after its close
 * or, where the store can stay open, not at all. Files are compared by their real paths.
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

    /** @param realPath where the database was when it was opened */
    private record Serving<S, R extends AutoCloseable>(S settings, Path realPath, Live<R> live) {}

    // Guarded by this, as what follows.
    private Optional<Serving<S, R>> serving = Optional.empty();
    // The configuration in force or, while it cannot be opened, tried: a retry of an earlier one has nothing to do.
    private Optional<S> wanted = Optional.empty();
    private boolean announced;
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
     */
    public synchronized void apply(S settings) {
        wanted = Optional.of(settings);
        lastRefusal = "";
        attempt(settings, FIRST_RETRY);
    }

    private synchronized void retry(S tried, Duration next) {
        if (wanted.filter(now -> now == tried).isPresent()) {
            attempt(tried, next);
        }
    }

    private void attempt(S tried, Duration next) {
        try {
            open(tried);
            announce();
        } catch (Exception | Error refused) {
            boolean serves = serving.filter(now -> now.live().isOpen()).isPresent();
            // Another try on the file that serves would close it again.
            if (!serves || !announced || !isServed(tried)) {
                Duration after = next.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? next.multipliedBy(2) : LAST_RETRY;
                retries.schedule(() -> retry(tried, after), next.toMillis(), TimeUnit.MILLISECONDS);
            }
            String sentence = refused instanceof StoreRefused || refused instanceof IllegalStateException
                    ? refused.getMessage()
                    : kind.databaseOf(tried).owner() + " cannot be applied: " + Printable.of(refused.toString()) + ".";
            LOG.debug("Not applied", refused);
            tell(sentence + " " + (serves ? "The last good store stays in force." : kind.meanwhile()));
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

    private void open(S settings) throws Exception {
        Path realPath = kind.databaseOf(settings).realPath();
        Live<R> live;
        if (serving.isEmpty()) {
            live = new Live<>(kind.databaseOf(settings).owner(), kind.open(settings), PATIENCE);
        } else {
            Serving<S, R> now = serving.get();
            live = now.live();
            if (!isServed(settings)) {
                // The file may be one that was left a moment ago.
                live.awaitClosed(FIRST_RETRY);
                kind.move(live, settings);
            } else if (live.isOpen() && kind.staysOpen(now.settings(), settings)) {
                live.<Boolean>with(store -> {
                    kind.reconfigure(store, settings);
                    return true;
                });
            } else {
                live.reopen(() -> kind.open(settings), () -> kind.open(now.settings()));
            }
        }
        serving = Optional.of(new Serving<>(settings, realPath, live));
    }

    /** Tried again if it fails: without it the open store is of no use. */
    private void announce() {
        if (!announced) {
            whenOpen.accept(serving.orElseThrow().live());
            announced = true;
        }
    }

    /** Whether the file that serves is meant, by whatever name. */
    private boolean isServed(S settings) {
        return serving.filter(now ->
                        samePlace(now.realPath(), kind.databaseOf(settings).realPath()))
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

    @Override
    public synchronized void close() {
        wanted = Optional.empty();
        retries.shutdownNow();
        serving.ifPresent(now -> now.live().close());
        serving = Optional.empty();
    }
}
