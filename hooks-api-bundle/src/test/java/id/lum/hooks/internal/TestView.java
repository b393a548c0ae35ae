package id.lum.hooks.internal;

import id.lum.hooks.host.HostHooks;
import id.lum.hooks.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.BundleContext;

/** The view of a host as its owner publishes it, with a clock that the test moves. */
final class TestView implements AutoCloseable {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // soon wraps, as System.nanoTime may
    private final BundleContext bundle;
    private final PublishedView published;

    TestView(BundleContext bundle, Map<String, String> properties) {
        this.bundle = bundle;
        this.published = new PublishedView(bundle, settings(properties), clock::get, new AtomicBoolean());
    }

    /** A view that requires nothing and has all the time in the world, for as long as the clock stands. */
    static TestView patient(TestRegistry registry) {
        return new TestView(registry.bundle(), Map.of("required", ""));
    }

    static TestView requiring(TestRegistry registry, String required) {
        return new TestView(registry.bundle(), Map.of("required", required));
    }

    static HostSettings settings(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of("host", "acme", "grace.ms", "2000"));
        all.putAll(properties);
        return HostSettings.parse(Settings.of(HostSettings.PID, all));
    }

    @SuppressWarnings("unchecked")
    <V extends HostHooks<?>> V hooks(Class<V> type) {
        return bundle.getService(bundle.getServiceReference(type));
    }

    @SuppressWarnings("unchecked")
    HostHooks<Object> hooks() {
        return hooks(HostHooks.class);
    }

    void apply(Map<String, String> properties) {
        published.apply(settings(properties));
    }

    /** Moves the clock, and lets waiting calls look at it. */
    void pass(long millis) {
        clock.addAndGet(millis * 1_000_000);
        published.apply(published.settings());
    }

    int forget(String name) {
        return hooks() instanceof ComposedView<?> view ? view.forget(name) : 0;
    }

    void waitForWaiting(long calls) {
        Calls.until(() -> hooks().swaps().waited() >= calls);
    }

    @Override
    public void close() {
        published.close();
    }
}
