package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.lifecycle.ServiceWithdrawal;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in the service registry, and how it did. It is asked on threads of its own, a few questions at a time, so
 * that no store waits for another. One that ignores its interruption is not asked again before it has returned.
 */
final class RegisteredStore {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredStore.class);
    private static final int CALLS_AT_A_TIME = 8;

    /** The longest secret, in characters. */
    private static final int MAX_VALUE_LENGTH = 1 << 20;

    private final BundleContext bundle;
    private final ServiceReference<TokenStore> reference;
    private final LongSupplier nanos;
    private final ThreadPoolExecutor threads;
    private final Object fetching = new Object();
    private volatile TokenStore service;
    private volatile Object version = new Object();
    // Guarded by this.
    private long answers;
    private long failures;
    private long lastAnswer;
    private long lastFailure;
    private String lastReason = "";

    RegisteredStore(
            BundleContext bundle, ServiceReference<TokenStore> reference, LongSupplier nanos, ThreadFactory factory) {
        this.bundle = bundle;
        this.reference = reference;
        this.nanos = nanos;
        threads = new ThreadPoolExecutor(
                CALLS_AT_A_TIME, CALLS_AT_A_TIME, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        threads.allowCoreThreadTimeOut(true);
        warnIfUnused();
    }

    ServiceReference<TokenStore> reference() {
        return reference;
    }

    /** Empty if its service property is no prefix. */
    String prefix() {
        return reference.getProperty(TokenStore.PREFIX) instanceof String text && Grammar.isPrefix(text) ? text : "";
    }

    String provider() {
        Bundle provider = reference.getBundle();
        return provider == null ? "a bundle that has left" : LogSafe.of(provider.getSymbolicName());
    }

    /** Another one after each change of its service properties. */
    Object version() {
        return version;
    }

    /** Its service properties have changed. */
    void changed() {
        version = new Object();
        warnIfUnused();
    }

    private void warnIfUnused() {
        if (prefix().isEmpty()) {
            LOG.warn(
                    "A token store of {} is not used: its service property {} is {}, and must be a capital letter followed"
                            + " by at most 63 capital letters and digits.",
                    provider(),
                    TokenStore.PREFIX,
                    LogSafe.of(String.valueOf(reference.getProperty(TokenStore.PREFIX))));
        }
    }

    /** Returns at once. */
    void begin(StoreCall call) {
        try {
            if (!call.giveUpIfStuck()) {
                threads.execute(call);
            }
        } catch (Throwable noThread) {
            call.giveUp("the store could not be asked (" + noThread.getClass().getName() + ")");
        }
    }

    /** Waits for the store. The messages of a foreign store may quote the secret. */
    StoreAnswer fetch(SecretLocator locator) {
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

    synchronized void count(StoreAnswer answer) {
        if (answer instanceof StoreAnswer.Failed failed) {
            failures++;
            lastFailure = nanos.getAsLong();
            lastReason = ": " + failed.sentence();
        } else {
            answers++;
            lastAnswer = nanos.getAsLong();
        }
    }

    synchronized String describe() {
        return answers + " answers" + ago(answers, lastAnswer) + "; " + failures + " failures"
                + ago(failures, lastFailure) + lastReason;
    }

    private String ago(long count, long last) {
        Duration since = Duration.ofNanos(nanos.getAsLong() - last);
        return count == 0 ? "" : ", the last " + since.toSeconds() + " s ago";
    }
}
