package id.lum.core.adapter;

import id.lum.core.internal.grants.Authorization;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.support.sqlite.StoreFactory;
import id.lum.support.sqlite.StoreSettings;
import java.time.Clock;
import java.util.Optional;

/** Opens an adapter's grants under its policy. A change of the policy alone keeps them open. */
final class GrantStoreFactory implements StoreFactory<AdapterSettings, Authorization> {
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
        open.replacePolicy(next.engine());
    }

    @Override
    public Optional<String> displaced(Authorization open) {
        return open.store().displaced();
    }

    @Override
    public void prepareCloseOfDisplaced(Authorization displaced) {
        displaced.store().checkpointBeforeClose();
    }

    @Override
    public String consequenceWhileClosed() {
        return "Until it opens, nobody is permitted anything.";
    }
}
