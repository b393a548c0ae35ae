package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import java.time.Duration;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * A store in the service registry, and how it did. The service object is fetched when it is first asked, because that
 * may run foreign code, and kept until the store leaves.
 */
final class RegisteredStore implements LoggableStore {
    private final BundleContext bundle;
    private final ServiceReference<TokenStore> reference;
    private TokenStore service;
    private long answers;
    private long failures;
    private long lastAnswer;
    private long lastFailure;
    private String lastReason = "";

    RegisteredStore(BundleContext bundle, ServiceReference<TokenStore> reference) {
        this.bundle = bundle;
        this.reference = reference;
    }

    ServiceReference<TokenStore> reference() {
        return reference;
    }

    /** Empty if its service property is no prefix. */
    Optional<String> prefix() {
        return reference.getProperty(TokenStore.PREFIX) instanceof String text && Grammar.isPrefix(text)
                ? Optional.of(text)
                : Optional.empty();
    }

    String provider() {
        Bundle provider = reference.getBundle();
        return provider == null ? "a bundle that has left" : LogSafe.of(provider.getSymbolicName());
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        TokenStore store = service();
        if (store == null) {
            throw new TokenStoreException(
                    TokenStoreException.Reason.CLIENT_INITIALIZATION_FAILED,
                    "the registry has no object of this service");
        }
        return store.value(path, metadata);
    }

    @Override
    public String loggableMessage(TokenStoreException refusal) {
        return current() instanceof LoggableStore ours
                ? ours.loggableMessage(refusal)
                : LoggableStore.super.loggableMessage(refusal);
    }

    private synchronized TokenStore current() {
        return service;
    }

    /** Without the lock while the registry may run a constructor; the second of two gives its use back. */
    private TokenStore service() {
        TokenStore known = current();
        if (known != null) {
            return known;
        }
        TokenStore fetched = bundle.getService(reference);
        synchronized (this) {
            if (service == null) {
                service = fetched;
                return fetched;
            }
        }
        if (fetched != null) {
            bundle.ungetService(reference);
        }
        return current();
    }

    synchronized void release() {
        if (service != null) {
            service = null;
            bundle.ungetService(reference);
        }
    }

    synchronized void count(StoreAnswer answer, long now) {
        if (answer instanceof StoreAnswer.Failed failed) {
            failures++;
            lastFailure = now;
            lastReason = ": " + failed.sentence();
        } else {
            answers++;
            lastAnswer = now;
        }
    }

    synchronized String describe(long now) {
        return answers + " answers" + ago(answers, now - lastAnswer) + "; " + failures + " failures"
                + ago(failures, now - lastFailure) + lastReason;
    }

    private static String ago(long count, long nanos) {
        return count == 0 ? "" : ", the last " + Duration.ofNanos(nanos).toSeconds() + " s ago";
    }
}
