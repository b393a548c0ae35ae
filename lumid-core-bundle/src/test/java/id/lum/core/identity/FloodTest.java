package id.lum.core.identity;

import static id.lum.core.identity.Calls.NOT_CLAIMED;
import static id.lum.core.identity.Calls.UNAVAILABLE;
import static id.lum.core.identity.Calls.resolve;
import static id.lum.core.identity.Calls.took;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten thousand tokens that nobody has seen, all at once, while lum.id is in trouble. */
class FloodTest {
    private static final int TOKENS = 10_000;
    private static final int CALLERS = 64;

    /** Of heap, after garbage collection. A kilobyte kept for each token would be ten. */
    private static final long MEGABYTES = 6;

    /** One for each request, another while the one of an earlier request comes to its end; and the deadline's. */
    private static final int THREADS = 2 * CALLERS + 1;

    /** What a busy machine may take for anything. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final FakeLumid lumid = FakeLumid.start().issue("t1", "u1", "").issue("kept", "u2", "");
    private final Introspection introspection = new Introspection(settings(CALLERS, PATIENCE), clock, clock::nanos);
    private final AtomicInteger mostThreads = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();

    @AfterEach
    void stop() {
        introspection.close();
        lumid.close();
    }

    private IntrospectionSettings settings(int inFlight, Duration timeout) {
        return TestSettings.of(
                lumid, "requests.in.flight", inFlight, "request.timeout.ms", timeout.toMillis(), "cache.seconds", 3600);
    }

    /** With room for every caller, and time: one that gave up earlier than its request would need another's room. */
    @Test
    void withLumidDownEveryCallIs503AndNothingGrows() {
        surviving("lum.id down", CALLERS, PATIENCE, lumid::stop, lumid::comeBack);
        assertThat(introspection.metrics().refusedCalls()).isZero();
    }

    @Test
    void withLumidSilentEveryCallIs503AndNothingGrows() {
        surviving(
                "lum.id silent",
                CALLERS / 4,
                Duration.ofMillis(500),
                () -> lumid.mode(Mode.SILENT),
                () -> lumid.mode(Mode.NORMAL));
        assertThat(introspection.metrics().refusedCalls()).isGreaterThan(TOKENS / 2);
    }

    private void surviving(String trouble, int inFlight, Duration timeout, Runnable begin, Runnable end) {
        introspection.reconfigure(settings(inFlight, PATIENCE));
        try (CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            // Classes, pools and the log of a first thousand are not what grows.
            begin.run();
            introspection.reconfigure(settings(inFlight, timeout));
            flood("warm", 1000);
            int others = threadsOfOthers();
            long before = usedMegabytes();
            Map<String, Integer> outcomes = new ConcurrentHashMap<>();
            Duration duration = took(() -> outcomes.putAll(flood("x", TOKENS)));
            assertThat(outcomes).isEqualTo(Map.of(UNAVAILABLE, TOKENS));
            assertThat(resolve(introspection, "kept"))
                    .as("what is kept is answered")
                    .isEqualTo("u2");
            assertThat(mostThreads.get()).isBetween(1, THREADS);
            assertThat(mostInFlight.get()).isBetween(1, inFlight);
            assertThat(lumid.connected()).isLessThanOrEqualTo(inFlight + 1);
            assertThat(duration).isLessThan(PATIENCE);
            end.run();
            // A busy machine may need longer for an answer than the flood was given.
            introspection.reconfigure(settings(inFlight, PATIENCE));
            Duration recovery =
                    took(() -> assertThat(resolve(introspection, "t1")).isEqualTo("u1"));
            assertThat(resolve(introspection, "x1")).isEqualTo(NOT_CLAIMED);
            Await.until("no request is in flight", () -> introspection.metrics().inFlight() == 0);
            assertThat(introspection.metrics().cached()).isEqualTo(2);
            int lines = log.text().split("\n").length;
            int logMegabytes = log.text().length() / 1_000_000;
            long growth = usedMegabytes() - before - logMegabytes;
            assertThat(growth).as("megabytes").isLessThan(MEGABYTES);
            assertThat(threadsOfOthers()).isLessThanOrEqualTo(others);
            System.out.printf(
                    "%s: %d calls in %d ms, at most %d threads and %d requests in flight, %d MB more, %d log lines,"
                            + " recovered in %d ms, %s%n",
                    trouble,
                    TOKENS,
                    duration.toMillis(),
                    mostThreads.get(),
                    mostInFlight.get(),
                    growth,
                    lines,
                    recovery.toMillis(),
                    introspection.metrics());
        }
    }

    private Map<String, Integer> flood(String prefix, int tokens) {
        Map<String, Integer> outcomes = new ConcurrentHashMap<>();
        AtomicInteger next = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Thread caller = new Thread(
                    () -> {
                        for (int n = next.getAndIncrement(); n < tokens; n = next.getAndIncrement()) {
                            outcomes.merge(resolve(introspection, prefix + n), 1, Integer::sum);
                            if (n % 100 == 0) {
                                mostThreads.accumulateAndGet(threadsOfIntrospection(), Math::max);
                            }
                            mostInFlight.accumulateAndGet(
                                    introspection.metrics().inFlight(), Math::max);
                        }
                    },
                    "caller");
            caller.setDaemon(true);
            callers.add(caller);
        }
        callers.forEach(Thread::start);
        Await.until("all callers are done", () -> callers.stream().noneMatch(Thread::isAlive));
        return outcomes;
    }

    private static int threadsOfIntrospection() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("lum.id introspection"))
                .count();
    }

    /** Those of other tests may end meanwhile, and those of the server come and go. */
    private static int threadsOfOthers() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("fake lum.id") && !name.startsWith("lum.id introspection"))
                .count();
    }

    private static long usedMegabytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1_000_000;
    }
}
