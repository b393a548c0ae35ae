package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.lifecycle.StopDeadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** Nothing ends the thread that refreshes secrets. */
class RefreshLoopTest {
    private static final String PID = "acme.consumer";

    @TempDir
    Path directory;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger(2);
    private volatile CountDownLatch inStore = new CountDownLatch(0);
    private volatile CountDownLatch inRules = new CountDownLatch(0);
    private CapturedLog log;
    private ConfiguredFramework framework;
    private ConfiguredFramework.Consumer consumer;
    private RefreshLoop loop;

    @BeforeEach
    void start() throws Exception {
        log = new CapturedLog();
        framework = new ConfiguredFramework(directory);
        framework
                .context()
                .registerService(
                        TokenStore.class,
                        (TokenStore) (path, metadata) -> value(),
                        new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
        framework.configure(PID, Map.of("s", "VAULT://a"));
        consumer = framework.consumer(PID);
        ResolutionRules rules = new ResolutionRules(
                AllowList.parse(List.of(PID + " VAULT *")).orElseThrow(), Grammar.of(Set.of("VAULT")), false);
        SharedState state = new SharedState(rules);
        ServiceRegistration<?> probe = framework
                .context()
                .registerService(SynchronousConfigurationListener.class, event -> {}, new Hashtable<>());
        Reconciler reconciler = new Reconciler(
                framework.admin(),
                state,
                new ConsumerCheck(framework.context(), TestComponents.NONE),
                new Redelivery(),
                probe.getReference());
        // What the thread pool says when the limit of processes is reached.
        ExecutorService exhausted = new ThreadPoolExecutor(0, 9, 1, TimeUnit.SECONDS, new SynchronousQueue<>()) {
            @Override
            public void execute(Runnable task) {
                if (refusals.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.execute(task);
            }
        };
        loop = new RefreshLoop(
                state,
                new StoreRegistry(framework.context(), Duration.ofSeconds(9), System::nanoTime),
                reconciler,
                () -> {
                    pass(inRules);
                    return rules;
                },
                Duration.ofSeconds(60),
                System::nanoTime,
                exhausted);
        framework
                .context()
                .registerService(
                        ConfigurationPlugin.class,
                        new ReferencePlugin(probe.getReference(), "none", state, loop),
                        new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, ReferencePlugin.RANKING)));
    }

    private String value() {
        int number = asked.incrementAndGet();
        pass(inStore);
        return "value " + number;
    }

    /** A call that nothing interrupts. */
    private static void pass(CountDownLatch gate) {
        boolean passed = false;
        while (!passed) {
            try {
                gate.await();
                passed = true;
            } catch (InterruptedException noUse) {
                // It goes on.
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        inStore.countDown();
        inRules.countDown();
        loop.close();
        framework.stop();
        log.close();
    }

    @Test
    void errorForWantOfAThreadIsLoggedOnceAndTheSecretArrivesAllTheSame() throws Exception {
        loop.wake();
        Await.until("the secret arrives", () -> consumer.now("s").toString().startsWith("value"));
        assertThat(log.linesWith("OutOfMemoryError")).hasSize(1);
    }

    private static boolean runsLoop() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("lumid-tokenstore-refresh"));
    }

    @Test
    void storeThatHangsDoesNotDelayTheStop() throws Exception {
        inStore = new CountDownLatch(1);
        loop.wake();
        Await.until("the store is asked", () -> asked.get() > 0);

        // A deadline that never comes: it returns because the thread has ended.
        loop.close(StopDeadline.within(Duration.ofSeconds(1), () -> 0));
        assertThat(inStore.getCount()).as("it still hangs").isEqualTo(1);
    }

    @Test
    void passThatHangsIsLeftBehindWhenTheDeadlineComes() throws Exception {
        loop.wake();
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        inRules = new CountDownLatch(1);
        loop.configure(Duration.ofSeconds(60));
        // Time passes whenever somebody looks at the clock.
        AtomicLong now = new AtomicLong();
        StopDeadline deadline = StopDeadline.within(Duration.ofSeconds(1), () -> now.addAndGet(100_000_000));

        loop.close(deadline);
        assertThat(deadline.left()).as("it has waited until the deadline").isZero();
        assertThat(runsLoop()).as("it still hangs").isTrue();
        inRules.countDown();
        Await.until("it ends", () -> !runsLoop());
    }

    @Test
    void interruptionDoesNotEndTheThread() throws Exception {
        loop.wake();
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lumid-tokenstore-refresh"))
                .forEach(Thread::interrupt);
        loop.recheck();
        Await.until("the next arrives", () -> !consumer.now("s").equals("value 1"));
    }
}
