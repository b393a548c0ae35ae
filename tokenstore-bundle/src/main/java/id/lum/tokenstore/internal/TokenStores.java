package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.tokenstore.internal.delivery.References;
import id.lum.tokenstore.internal.delivery.Terms;
import id.lum.tokenstore.internal.registry.StoreCalls;
import id.lum.tokenstore.internal.registry.StoreTable;
import id.lum.tokenstore.internal.stores.EnvironmentStore;
import id.lum.tokenstore.internal.stores.FileStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** What works as long as there are settings. Changed by one thread at a time. */
final class TokenStores implements AutoCloseable {
    private final LongSupplier nanos;
    private final StoreTable table;
    private final StoreCalls calls;
    private final References references;
    private final PublishedStore files;
    private final PublishedStore environment;
    private volatile TokenStoreSettings settings;

    TokenStores(BundleContext bundle, ConfigurationAdmin admin, TokenStoreSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
        table = new StoreTable(bundle, this::storesChanged);
        calls = new StoreCalls(table, settings.callTimeout(), nanos);
        files = new PublishedStore(bundle, "FILE");
        environment = new PublishedStore(bundle, "ENV");
        references =
                new References(bundle, admin, TokenStoreSettings.PID, calls, this::terms, settings.recheck(), nanos);
        table.open();
        publish();
    }

    void apply(TokenStoreSettings next) {
        settings = next;
        calls.configure(next.callTimeout());
        publish();
        references.configure(next.recheck());
    }

    private void publish() {
        files.publish(settings.fileRoot().map(FileStore::new));
        environment.publish(Optional.of(settings.environment())
                .filter(names -> !names.isEmpty())
                .map(names -> new EnvironmentStore(names, name -> Optional.ofNullable(System.getenv(name)))));
    }

    private void storesChanged(String prefix) {
        references.storesChanged(prefix);
    }

    /** Those of the settings and stores of the moment. */
    Terms terms() {
        return new Terms(settings.allowed(), settings.grammar(table.prefixes()), settings.lax());
    }

    StoreCalls calls() {
        return calls;
    }

    References references() {
        return references;
    }

    List<String> describe() {
        return table.describe(nanos.getAsLong());
    }

    Set<String> prefixes() {
        return table.prefixes();
    }

    @Override
    public void close() {
        references.close();
        files.publish(Optional.<TokenStore>empty());
        environment.publish(Optional.<TokenStore>empty());
        table.close();
    }
}
