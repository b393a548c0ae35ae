package id.lum.core.adapter;

import id.lum.core.grants.GrantStoreRefused;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.SqliteGrantStore;
import id.lum.core.live.Leased;
import id.lum.core.live.Live;
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

    private record Serving(GrantStoreSettings settings, Live<SqliteGrantStore> live) {}

    private Optional<Serving> serving = Optional.empty();
    // The configuration in force or, while it cannot be opened, tried: a retry of an earlier one has nothing to do.
    private Optional<GrantStoreSettings> wanted = Optional.empty();

    /**
     * @param opener opens a store, or throws {@link GrantStoreRefused}
     * @param whenOpen is given the store once, when the first one is open; from then on it stays the same
     */
    LiveGrants(Function<GrantStoreSettings, SqliteGrantStore> opener, Consumer<Leased<SqliteGrantStore>> whenOpen) {
        this.opener = opener;
        this.whenOpen = whenOpen;
    }

    synchronized void apply(GrantStoreSettings settings) {
        wanted = Optional.of(settings);
        attempt(settings, FIRST_RETRY);
    }

    private synchronized void retry(GrantStoreSettings settings, Duration next) {
        if (wanted.filter(settings::equals).isPresent()) {
            attempt(settings, next);
        }
    }

    private void attempt(GrantStoreSettings settings, Duration next) {
        if (serving.filter(now -> now.settings().equals(settings)).isPresent()) {
            return;
        }
        try {
            open(settings);
            LOG.info("{}: grants are kept in {}.", settings.owner(), settings.path());
        } catch (Exception refused) {
            LOG.error(
                    "{} {} It is tried again in {} s.",
                    refused.getMessage(),
                    serving.isPresent()
                            ? "The last good store stays in force."
                            : "Until it opens, nobody is permitted anything.",
                    next.toSeconds());
            Duration after = next.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? next.multipliedBy(2) : LAST_RETRY;
            retries.schedule(() -> retry(settings, after), next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void open(GrantStoreSettings settings) throws Exception {
        if (serving.isEmpty()) {
            Live<SqliteGrantStore> live = new Live<>(settings.owner(), opener.apply(settings), PATIENCE);
            serving = Optional.of(new Serving(settings, live));
            whenOpen.accept(live);
            return;
        }
        Serving now = serving.get();
        if (now.settings().path().equals(settings.path())) {
            now.live().reopen(() -> opener.apply(settings), () -> opener.apply(now.settings()));
        } else {
            now.live().replace(opener.apply(settings));
        }
        serving = Optional.of(new Serving(settings, now.live()));
    }

    @Override
    public synchronized void close() {
        wanted = Optional.empty();
        retries.shutdownNow();
        serving.ifPresent(now -> now.live().close());
        serving = Optional.empty();
    }
}
