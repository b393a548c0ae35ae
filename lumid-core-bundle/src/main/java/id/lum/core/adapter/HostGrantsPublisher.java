package id.lum.core.adapter;

import id.lum.core.grants.SqliteGrantStore;
import id.lum.core.policy.Authorization;
import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.ReopeningStore;
import id.lum.support.sqlite.StoreFactory;
import id.lum.support.sqlite.StoreSettings;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the owner of an adapter's configuration holds: it publishes {@link HostGrants} while a store is open, and keeps
 * them the same through every change.
 */
public final class HostGrantsPublisher implements Stoppable {
    private static final StoreFactory<AdapterSettings, Authorization> GRANTS = new StoreFactory<>() {
        @Override
        public StoreSettings databaseOf(AdapterSettings settings) {
            return settings.store().store();
        }

        @Override
        public Authorization open(AdapterSettings settings) {
            return new Authorization(settings.engine(), SqliteGrantStore.open(settings.store(), Clock.systemUTC()));
        }

        @Override
        public boolean staysOpen(AdapterSettings now, AdapterSettings next) {
            return StoreFactory.super.staysOpen(now, next)
                    && now.store().cacheSize() == next.store().cacheSize()
                    && now.store().sessionStart().equals(next.store().sessionStart());
        }

        @Override
        public void reconfigure(Authorization open, AdapterSettings next) {
            open.decideBy(next.engine());
        }

        @Override
        public Optional<String> displaced(Authorization open) {
            return open.store().displaced();
        }

        @Override
        public void prepareCloseOfDisplaced(Authorization displaced) {
            displaced.store().foldBeforeLeaving();
        }

        @Override
        public String consequenceWhileClosed() {
            return "Until it opens, nobody is permitted anything.";
        }
    };

    private final String host;
    private final Function<HostGrants, Runnable> publisher;
    private final ReopeningStore<AdapterSettings, Authorization> grants;
    // Guarded by this.
    private Optional<Runnable> withdrawal = Optional.empty();
    private boolean closed;

    /**
     * A publisher without a configuration yet.
     *
     * @param host the host it is for
     * @param publisher makes the grants a service of the adapter's bundle, and answers what withdraws it
     */
    public HostGrantsPublisher(String host, Function<HostGrants, Runnable> publisher) {
        this.host = host;
        this.publisher = publisher;
        this.grants = new ReopeningStore<>(GRANTS, this::publish);
    }

    /**
     * Applies a configuration as a whole: its policy comes into force with its store, or not at all. A store that
     * cannot be opened is tried again in the background.
     *
     * @param settings the configuration
     */
    public void apply(AdapterSettings settings) {
        grants.apply(settings);
    }

    /** A store that opened late, while this was being closed, is not published any more. */
    private synchronized void publish(Leased<Authorization> authorization) {
        if (closed) {
            return;
        }
        withdrawal = Optional.of(publisher.apply(new HostGrants(host, authorization)));
    }

    /** Withdraws first and closes after. */
    @Override
    public void close(StopDeadline deadline) {
        withdraw();
        grants.close(deadline);
    }

    private synchronized void withdraw() {
        closed = true;
        withdrawal.ifPresent(Runnable::run);
        withdrawal = Optional.empty();
    }
}
