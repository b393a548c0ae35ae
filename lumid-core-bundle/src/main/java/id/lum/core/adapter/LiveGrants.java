package id.lum.core.adapter;

import id.lum.core.grants.GrantStoreRefused;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.SqliteGrantStore;
import id.lum.core.live.Leased;
import id.lum.core.live.Live;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The grant store that a configuration asks for. A store that cannot be opened leaves the one before it in force, or
 * none, and is tried again, ever less often, until it opens or another configuration comes: the obstacle may go away by
 * itself.
 *
 * <p>The same file is never opened twice: another path is opened beside the old store, the same path after its close.
 */
final class LiveGrants implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveGrants.class);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    /** How long a call waits while a store is closed and opened again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Function<GrantStoreSettings, SqliteGrantStore> opener;
    private final Consumer<Leased<SqliteGrantStore>> whenOpen;
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "grant store retry");
        thread.setDaemon(true);
        return thread;
    });

    private record Wanted(GrantStoreSettings settings, Runnable inForce) {}

    private record Serving(GrantStoreSettings settings, Live<SqliteGrantStore> live) {}

    private Optional<Serving> serving = Optional.empty();
    // The configuration in force or, while it cannot be opened, tried: a retry of an earlier one has nothing to do.
    private Optional<Wanted> wanted = Optional.empty();

    /**
     * @param opener opens a store, or throws {@link GrantStoreRefused}
     * @param whenOpen is given the store once, when the first one is open; from then on it stays the same
     */
    LiveGrants(Function<GrantStoreSettings, SqliteGrantStore> opener, Consumer<Leased<SqliteGrantStore>> whenOpen) {
        this.opener = opener;
        this.whenOpen = whenOpen;
    }

    /** @param inForce run whenever the settings come into force, now or at a later try */
    synchronized void apply(GrantStoreSettings settings, Runnable inForce) {
        Wanted next = new Wanted(settings, inForce);
        wanted = Optional.of(next);
        attempt(next, FIRST_RETRY);
    }

    private synchronized void retry(Wanted tried, Duration next) {
        if (wanted.filter(now -> now == tried).isPresent()) {
            attempt(tried, next);
        }
    }

    private void attempt(Wanted tried, Duration next) {
        try {
            open(tried);
        } catch (Exception refused) {
            boolean serves = serving.filter(now -> now.live().isOpen()).isPresent();
            LOG.error(
                    "{} {}",
                    refused.getMessage(),
                    serves ? "The last good store stays in force." : "Until it opens, nobody is permitted anything.");
            // Another try on the file that serves would close it again.
            if (!serves || !isServed(tried.settings().path())) {
                Duration after = next.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? next.multipliedBy(2) : LAST_RETRY;
                retries.schedule(() -> retry(tried, after), next.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void open(Wanted tried) throws Exception {
        GrantStoreSettings settings = tried.settings();
        if (serving.isEmpty()) {
            Live<SqliteGrantStore> live = new Live<>(settings.owner(), opener.apply(settings), PATIENCE);
            serving = Optional.of(new Serving(settings, live));
            tried.inForce().run();
            whenOpen.accept(live);
            return;
        }
        Serving now = serving.get();
        if (!now.settings().equals(settings) || !now.live().isOpen()) {
            if (isServed(settings.path())) {
                now.live().reopen(() -> opener.apply(settings), () -> opener.apply(now.settings()));
            } else {
                now.live().replace(opener.apply(settings));
            }
            serving = Optional.of(new Serving(settings, now.live()));
        }
        tried.inForce().run();
    }

    private boolean isServed(Path path) {
        return serving.filter(now -> now.settings().path().equals(path)).isPresent();
    }

    @Override
    public synchronized void close() {
        wanted = Optional.empty();
        retries.shutdownNow();
        serving.ifPresent(now -> now.live().close());
        serving = Optional.empty();
    }
}
