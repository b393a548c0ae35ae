package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** Somebody else's store, which gives what a test puts into it, when the test lets it. */
final class ScriptedStore implements TokenStore {
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    ServiceRegistration<TokenStore> register(BundleContext bundle, Object prefix, int ranking) {
        return bundle.registerService(
                TokenStore.class,
                this,
                new Hashtable<>(Map.of(TokenStore.PREFIX, prefix, Constants.SERVICE_RANKING, ranking)));
    }

    ScriptedStore put(String path, String value) {
        values.put(path, value);
        return this;
    }

    void lose(String path) {
        values.remove(path);
    }

    void hold() {
        gate = new CountDownLatch(1);
    }

    void release() {
        gate.countDown();
    }

    int asked() {
        return asked.get();
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        asked.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException late) {
            Thread.currentThread().interrupt();
            throw new TokenStoreException(Reason.SERVICE_CALL_FAILED, "interrupted");
        }
        // The words of a store may hold the secret, whatever its author was told.
        return Optional.ofNullable(values.get(path))
                .orElseThrow(() -> new TokenStoreException(Reason.RETRIEVAL_FAILED, "none, unlike " + values));
    }
}
