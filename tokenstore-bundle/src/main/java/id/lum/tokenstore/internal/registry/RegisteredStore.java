package id.lum.tokenstore.internal.registry;

import id.lum.hooks.Printable;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.tokenstore.internal.grammar.Grammar;
import id.lum.tokenstore.internal.resolution.Fetched;
import id.lum.tokenstore.internal.resolution.Source;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * A store as the service registry has it. The service object is fetched when it is first asked for a value, because
 * that may run foreign code, and kept until the store leaves.
 */
final class RegisteredStore implements Source {
    private final BundleContext bundle;
    private final ServiceReference<TokenStore> reference;
    private final AtomicReference<Optional<TokenStore>> service = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Tally> tally = new AtomicReference<>(Tally.NONE);
    private volatile Optional<String> prefix;

    RegisteredStore(BundleContext bundle, ServiceReference<TokenStore> reference) {
        this.bundle = bundle;
        this.reference = reference;
        this.prefix = readPrefix();
    }

    ServiceReference<TokenStore> reference() {
        return reference;
    }

    /** Empty if its service property is none. */
    Optional<String> prefix() {
        return prefix;
    }

    void reread() {
        prefix = readPrefix();
    }

    private Optional<String> readPrefix() {
        return reference.getProperty(TokenStore.PREFIX) instanceof String text && Grammar.isPrefix(text)
                ? Optional.of(text)
                : Optional.empty();
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        TokenStore store = service()
                .orElseThrow(() -> new TokenStoreException(
                        TokenStoreException.Reason.CLIENT_INITIALIZATION_FAILED,
                        "the registry has no object of this service"));
        return store.value(path, metadata);
    }

    /** Those of this bundle say which words of theirs may be repeated; others do not know how. */
    @Override
    public String words(TokenStoreException refusal) {
        return service.get().orElse(this) instanceof Source ours && ours != this
                ? ours.words(refusal)
                : Source.super.words(refusal);
    }

    /** Empty if the registry gives no object, as when a component's constructor threw, or the store has left. */
    private Optional<TokenStore> service() {
        Optional<TokenStore> known = service.get();
        if (known.isEmpty()) {
            // No lock: the registry may run the store's constructor here. Who comes second gives its use back.
            Optional<TokenStore> fetched = Optional.ofNullable(bundle.getService(reference));
            if (fetched.isPresent() && !service.compareAndSet(known, fetched)) {
                bundle.ungetService(reference);
            }
            known = fetched;
        }
        return known;
    }

    void release() {
        if (service.getAndSet(Optional.empty()).isPresent()) {
            bundle.ungetService(reference);
        }
    }

    void count(Fetched outcome, long now) {
        tally.updateAndGet(before -> before.with(outcome, now));
    }

    String describe(long now) {
        return tally.get().describe(now);
    }

    String provider() {
        return Optional.ofNullable(reference.getBundle())
                .map(Bundle::getSymbolicName)
                .map(Printable::of)
                .orElse("a bundle that has left");
    }
}
