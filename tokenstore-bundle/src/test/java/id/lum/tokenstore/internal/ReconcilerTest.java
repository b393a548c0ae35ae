package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** Nothing ends the thread that refreshes secrets. */
class ReconcilerTest {
    private static final String PID = "acme.consumer";

    @TempDir
    Path directory;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger adminCalls = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger clockFailures = new AtomicInteger();
    private final AtomicInteger registryFailures = new AtomicInteger();
    private volatile CountDownLatch inStore = new CountDownLatch(0);
    private volatile CountDownLatch inConfigAdmin = new CountDownLatch(0);
    private volatile OptionalLong stoppedAt = OptionalLong.empty();
    private CapturedLog log;
    private ConfiguredFramework framework;
    private ConfiguredFramework.Consumer consumer;
    private EventLoop loop;
    private StoreRegistry stores;
    private SecretCache secrets;
    private Reconciler reconciler;

    @BeforeEach
    void start() throws Exception {
        log = CapturedLog.ofEverything();
        framework = new ConfiguredFramework(directory);
        framework
                .context()
                .registerService(
                        TokenStore.class,
                        (TokenStore) (path, metadata) -> value(),
                        new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
        framework.configure(PID, Map.of("s", "VAULT://a"));
        consumer = framework.consumer(PID);
        ConfigurationAdmin admin = (ConfigurationAdmin) Proxy.newProxyInstance(
                ConfigurationAdmin.class.getClassLoader(),
                new Class<?>[] {ConfigurationAdmin.class},
                (self, method, arguments) -> {
                    adminCalls.incrementAndGet();
                    pass(inConfigAdmin);
                    return method.invoke(framework.admin(), arguments);
                });
        // What the thread pool of a store gets when the limit of processes is reached.
        ThreadFactory threads = task -> {
            if (refusals.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        };
        loop = new EventLoop(this::nanos);
        stores = new StoreRegistry(brittleContext(), System::nanoTime, threads, loop::wake);
        secrets = new SecretCache(stores, loop);
        Redelivery redelivery = new Redelivery();
        ReferencePlugin plugin = new ReferencePlugin(admin, secrets, redelivery, loop);
        ConsumerCheck consumers = new ConsumerCheck(framework.context(), TestComponents.NONE);
        reconciler = new Reconciler(plugin, stores, secrets, consumers, redelivery, loop);
        reconciler.configure(settings(PID + " VAULT *"));
        ServiceRegistration<?> registration = framework
                .context()
                .registerService(
                        new String[] {
                            ConfigurationPlugin.class.getName(), SynchronousConfigurationListener.class.getName()
                        },
                        plugin,
                        new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, ReferencePlugin.RANKING)));
        plugin.open(registration.getReference());
    }

    private long nanos() {
        failWhile(clockFailures);
        return stoppedAt.orElseGet(System::nanoTime);
    }

    private static void failWhile(AtomicInteger failures) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("for a test");
        }
    }

    private BundleContext brittleContext() {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("getServiceReferences")) {
                        failWhile(registryFailures);
                    }
                    return method.invoke(framework.context(), arguments);
                });
    }

    private static TokenStoreSettings settings(String allow) {
        return TokenStoreSettings.parse(
                DeclaredSettings.of(TokenStoreConfiguration.class, TokenStoreSettings.PID, Map.of("allow", allow)));
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
        inConfigAdmin.countDown();
        close(StopDeadline.unhurried());
        framework.close();
        log.close();
    }

    private void close(StopDeadline deadline) {
        loop.end();
        stores.close();
        loop.awaitEnd(deadline);
    }

    @Test
    void errorForWantOfAThreadIsLoggedOnceAndTheSecretArrivesAllTheSame() throws Exception {
        refusals.set(2);
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").toString().startsWith("value"));
        assertThat(log.linesWith("OutOfMemoryError")).hasSize(1);
    }

    @Test
    void errorOutsideOfAPassDoesNotEndTheLoop() throws Exception {
        clockFailures.set(1);
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
    }

    @Test
    void configurationThatMeetsAnErrorIsTakenInTheNextPass() throws Exception {
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        registryFailures.set(1);
        reconciler.configure(settings("acme.other VAULT *"));
        Await.until("the reference is back", () -> consumer.now("s").equals("VAULT://a"));
    }

    @Test
    void changesThatFailTimeAndAgainAreLoggedOnceAndAllTakenInTheEnd() throws Exception {
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        registryFailures.set(Integer.MAX_VALUE);
        reconciler.configure(settings("acme.other VAULT *"));
        secrets.recheck();
        Await.until("the change is tried again, and again", () -> {
            loop.wake();
            return registryFailures.get() < Integer.MAX_VALUE - 10;
        });
        assertThat(log.linesWith("ERROR").stream().filter(line -> line.contains("OutOfMemoryError")))
                .hasSize(1);
        assertThat(consumer.now("s")).isEqualTo("value 1");
        registryFailures.set(0);
        Await.until("the reference is back", () -> consumer.now("s").equals("VAULT://a"));
        reconciler.configure(settings(PID + " VAULT *"));
        Await.until("the secret is asked for again", () -> consumer.now("s").equals("value " + asked.get()));
    }

    @Test
    void configurationThatFailsDoesNotReplaceALaterOneWhenItIsTriedAgain() throws Exception {
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        inConfigAdmin = new CountDownLatch(1);
        int before = adminCalls.get();
        loop.wake();
        Await.until("a pass is under way", () -> adminCalls.get() > before);
        registryFailures.set(1);
        reconciler.configure(settings("acme.other VAULT *"));
        reconciler.configure(settings(PID + " VAULT *"));
        inConfigAdmin.countDown();
        Await.until(
                "a pass has failed", () -> !log.linesWith("OutOfMemoryError").isEmpty());
        int askedBefore = asked.get();
        secrets.recheck();
        Await.until(
                "the secret is asked for again and arrives",
                () -> asked.get() > askedBefore && consumer.now("s").equals("value " + asked.get()));
    }

    @Test
    void secretOfAConfigurationThatComesWhileAStoreIsAskedIsAskedForBeforeTheNextRecheck() throws Exception {
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        // No recheck is due from now on.
        stoppedAt = OptionalLong.of(System.nanoTime());
        inStore = new CountDownLatch(1);
        secrets.recheck();
        Await.until("the store is asked", () -> asked.get() == 2);
        framework.configure(PID, Map.of("s", "VAULT://b"));
        Await.until("it is delivered as it is written", () -> consumer.now("s").equals("VAULT://b"));
        inStore.countDown();
        Await.until("its secret is asked for", () -> asked.get() == 3);
    }

    private static boolean runsLoop() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("lumid-tokenstore-refresh"));
    }

    @Test
    void storeThatHangsDoesNotDelayTheStop() throws Exception {
        inStore = new CountDownLatch(1);
        loop.open(reconciler::pass);
        Await.until("the store is asked", () -> asked.get() > 0);

        // A deadline that never comes: it returns because the thread has ended.
        close(StopDeadline.within(Duration.ofSeconds(1), () -> 0));
        assertThat(inStore.getCount()).as("it still hangs").isEqualTo(1);
    }

    @Test
    void passThatHangsIsLeftBehindWhenTheDeadlineComes() throws Exception {
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        inConfigAdmin = new CountDownLatch(1);
        int before = adminCalls.get();
        loop.wake();
        Await.until("a pass hangs", () -> adminCalls.get() > before);
        // Time passes whenever somebody looks at the clock.
        AtomicLong now = new AtomicLong();
        StopDeadline deadline = StopDeadline.within(Duration.ofSeconds(1), () -> now.addAndGet(100_000_000));

        close(deadline);
        assertThat(deadline.left()).as("it has waited until the deadline").isZero();
        assertThat(runsLoop()).as("it still hangs").isTrue();
        inConfigAdmin.countDown();
        Await.until("it ends", () -> !runsLoop());
    }

    @Test
    void interruptionDoesNotEndTheThread() throws Exception {
        loop.open(reconciler::pass);
        Await.until("the secret arrives", () -> consumer.now("s").equals("value 1"));
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lumid-tokenstore-refresh"))
                .forEach(Thread::interrupt);
        secrets.recheck();
        Await.until("the next arrives", () -> !consumer.now("s").equals("value 1"));
    }
}
