package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.support.config.DeclaredSettings;
import id.lum.testing.EmptyFramework;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.osgi.framework.BundleException;

/** Remote optimizers in a real framework, with time in the test's hand. */
final class Bench implements AutoCloseable {
    /** What a test that makes an optimizer silent has to wait; the first exchange of all takes half a second. */
    static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(3);

    static final Duration REFRESH = Duration.ofMinutes(10);

    final EmptyFramework framework;
    final ManualTimer timer = new ManualTimer();
    final RemoteOptimizers optimizers;

    Bench(Path cache) throws BundleException {
        this(cache, Clock.fixed(Instant.parse("2026-05-20T15:21:00Z"), ZoneOffset.UTC));
    }

    Bench(Path cache, Clock clock) throws BundleException {
        this(cache, clock, new OptimizerClient(CATALOG_TIMEOUT));
    }

    Bench(Path cache, Clock clock, OptimizerClient client) throws BundleException {
        framework = new EmptyFramework(cache);
        optimizers = new RemoteOptimizers(
                framework.context(), Map.of(Hook.HOST, "lumilake", Hook.NAME, "lumid"), client, timer, clock, () -> -1);
        framework.newEvents();
    }

    static Optional<OptimizerSettings> settings(URI url, String... more) {
        Map<String, String> properties = new HashMap<>(Map.of("optimizer.url", url.toString()));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        DeclaredSettings<OptimizerConfiguration> given =
                DeclaredSettings.of(OptimizerConfiguration.class, "id.lum.lumilake", properties);
        Optional<OptimizerSettings> optimizer = OptimizerSettings.parse(given);
        given.throwIfRefused();
        return optimizer;
    }

    /** Applies them and waits for what comes of it. Returns how long it is until the next try. */
    Duration apply(Optional<OptimizerSettings> settings) throws InterruptedException {
        optimizers.apply(settings);
        return timer.settled();
    }

    /** Lets the time until the next try pass and waits for what comes of it. */
    Duration next() throws InterruptedException {
        timer.pass();
        return timer.settled();
    }

    Optional<OptimizerProvider> provider() {
        return framework.service(OptimizerProvider.class);
    }

    Set<String> names() {
        return provider()
                .orElseThrow(() -> new AssertionError("There is no provider."))
                .names();
    }

    static ScheduleRequest job() {
        TaskGraph graph = new TaskGraph(
                Map.of("load", Set.of(), "join", Set.of("load")), Map.of("nodes", List.of("load", "join")));
        return new ScheduleRequest(graph, List.of("gpu-1", "gpu-2"), Map.of(), Optional.empty());
    }

    /** What is planned, or the status and sentence of the rejection. */
    static String said(Supplier<?> call) {
        try {
            return String.valueOf(call.get());
        } catch (HookRejection rejection) {
            return rejection.status() + " " + rejection.getMessage();
        }
    }

    @Override
    public void close() throws BundleException {
        optimizers.close();
        framework.close();
    }
}
