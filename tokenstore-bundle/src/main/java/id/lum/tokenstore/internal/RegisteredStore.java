package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.lifecycle.ServiceWithdrawal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * A store in the service registry, and how it did. It is asked on threads of its own, a few questions at a time, so
 * that no store waits for another. One that ignores its interruption is not asked again before it has returned.
 */
final class RegisteredStore {
    private static final int CALLS_AT_A_TIME = 8;

    /** The longest secret, in characters. */
    private static final int MAX_VALUE_LENGTH = 1 << 20;

    private final BundleContext bundle;
    private final ServiceReference<TokenStore> reference;
    private final ThreadPoolExecutor threads;
    private final Set<StoreCall> running = ConcurrentHashMap.newKeySet();
    private final Object fetching = new Object();
    private volatile TokenStore service;
    // Guarded by this.
    private long answers;
    private long failures;
    private long lastAnswer;
    private long lastFailure;
    private String lastReason = "";

    RegisteredStore(BundleContext bundle, ServiceReference<TokenStore> reference, ThreadFactory factory) {
        this.bundle = bundle;
        this.reference = reference;
        threads = new ThreadPoolExecutor(
                CALLS_AT_A_TIME, CALLS_AT_A_TIME, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        threads.allowCoreThreadTimeOut(true);
    }

    ServiceReference<TokenStore> reference() {
        return reference;
    }

    /** Empty if its service property is no prefix. */
    Optional<String> prefix() {
        return Optional.ofNullable(reference.getProperty(TokenStore.PREFIX))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(Grammar::isPrefix);
    }

    String provider() {
        Bundle provider = reference.getBundle();
        return provider == null ? "a bundle that has left" : LogSafe.of(provider.getSymbolicName());
    }

    /** Returns at once. */
    void begin(StoreCall call) {
        try {
            if (!giveUpIfStuck(call)) {
                threads.execute(() -> run(call));
            }
        } catch (Throwable noThread) {
            call.giveUp("the store could not be asked (" + noThread.getClass().getName() + ")");
        }
    }

    private void run(StoreCall call) {
        if (!giveUpIfStuck(call)) {
            running.add(call);
            call.run();
            running.remove(call);
        }
    }

    private boolean giveUpIfStuck(StoreCall call) {
        boolean stuck = running.stream().anyMatch(StoreCall::isStuck);
        if (stuck) {
            call.giveUp("the store has not returned from a call that was given up");
        }
        return stuck;
    }

    /** Waits for the store. The messages of a foreign store may quote the secret. */
    StoreAnswer ask(SecretLocator locator) {
        String why;
        try {
            String value = service().value(locator.path(), locator.metadata());
            if (value != null && !value.isEmpty() && value.length() <= MAX_VALUE_LENGTH) {
                return new StoreAnswer.Value(value);
            }
            why = value == null || value.isEmpty()
                    ? Reason.EMPTY_RESPONSE.sentence()
                    : "the value is longer than " + MAX_VALUE_LENGTH + " characters";
        } catch (TokenStoreException refusal) {
            why = service instanceof BuiltInStore
                    ? refusal.getMessage()
                    : refusal.reason().sentence();
        } catch (Throwable failure) {
            why = "the store failed with " + failure.getClass().getName();
        }
        return new StoreAnswer.Failed(locator + ": " + why);
    }

    /** The object is fetched when the store is first asked, because that may run foreign code. */
    private TokenStore service() throws TokenStoreException {
        synchronized (fetching) {
            service = service == null ? bundle.getService(reference) : service;
            if (service == null) {
                throw new TokenStoreException(
                        Reason.CLIENT_INITIALIZATION_FAILED, "the registry has no object of this service");
            }
            return service;
        }
    }

    /** Lets the service go; calls that have begun go on. */
    void release() {
        threads.shutdown();
        ServiceWithdrawal.release(bundle, reference);
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
