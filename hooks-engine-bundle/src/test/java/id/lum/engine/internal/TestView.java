package id.lum.engine.internal;

import id.lum.hooks.host.HostHooks;
import id.lum.support.config.DeclaredSettings;
import id.lum.testing.Await;
import id.lum.testing.ManualClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;

/** The view of a host as its owner publishes it, with a clock that the test moves. */
final class TestView implements AutoCloseable {
    private final ManualClock clock = new ManualClock();
    static final List<String> KINDS =
            List.of("identity", "guard", "permission", "registrar", "usage", "supplier", "optimizer");

    private final BundleContext bundle;
    private final PublishedView published;

    TestView(TestRegistry registry, Map<String, String> properties) {
        this.bundle = registry.bundle();
        this.published =
                new PublishedView(bundle, settings(properties), registry.kinds(), clock::nanos, new OpenAccess());
    }

    /** A view that requires nothing and has all the time in the world, for as long as the clock stands. */
    static TestView patient(TestRegistry registry) {
        return new TestView(registry, Map.of("required", ""));
    }

    static TestView requiring(TestRegistry registry, String required) {
        return new TestView(registry, Map.of("required", required));
    }

    static HostSettings settings(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of("host", "acme", "grace.ms", "2000"));
        all.putAll(properties);
        return HostSettings.parse(
                DeclaredSettings.of(HostViewConfiguration.class, HostViewConfiguration.PID, all), KINDS);
    }

    @SuppressWarnings("unchecked")
    <R> HostHooks<R> hooks() {
        return (HostHooks<R>) bundle.getService(bundle.getServiceReference(HostHooks.class));
    }

    void apply(Map<String, String> properties) {
        published.apply(settings(properties));
    }

    /** Moves the clock, and lets waiting calls look at it. */
    void pass(long millis) {
        clock.move(Duration.ofMillis(millis));
        published.apply(published.settings());
    }

    /** Moves the clock, and looks for calls that do not return, as every ten seconds. */
    void look(long millis) {
        clock.move(Duration.ofMillis(millis));
        published.lookForHungCalls();
    }

    int remove(String name) {
        return hooks() instanceof ComposedView<?> view ? view.remove(name) : 0;
    }

    void waitForWaiting(long calls) {
        Await.until("callers wait", () -> hooks().swaps().waited() >= calls);
    }

    @Override
    public void close() {
        published.close();
    }
}
