package id.lum.support.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.Hook;
import id.lum.hooks.host.HostHooks;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;

class SingletonConfigurationTest {
    private static final String PID = "id.lum.test";

    @TempDir
    static Path storage;

    private static final SingletonConfiguration.Owner NOTHING = new SingletonConfiguration.Owner() {
        @Override
        public void apply(Map<String, Object> properties) {}

        @Override
        public void close(StopDeadline deadline) {}
    };

    private static EmptyFramework framework;

    private final List<String> calls = new ArrayList<>();
    private CapturedLog log;
    private SingletonConfiguration configuration;
    private ManagedService original;
    private ManagedServiceFactory copies;

    @BeforeAll
    static void start() throws Exception {
        framework = new EmptyFramework(storage);
    }

    @AfterAll
    static void stop() throws Exception {
        framework.close();
    }

    @BeforeEach
    void captureAndDeliver() {
        log = new CapturedLog();
        deliver();
    }

    private void deliver() {
        configuration = SingletonConfiguration.deliver(framework.context(), PID, properties -> {
            calls.add("open " + properties.get("p"));
            return new SingletonConfiguration.Owner() {
                @Override
                public void apply(Map<String, Object> changed) {
                    calls.add("apply " + changed.get("p"));
                }

                @Override
                public void close(StopDeadline deadline) {
                    calls.add("close");
                }
            };
        });
        original = service(ManagedService.class);
        copies = service(ManagedServiceFactory.class);
    }

    @AfterEach
    void close() {
        log.close();
        configuration.close();
        assertThat(framework.service(ManagedService.class)).isEmpty();
    }

    private static <T> T service(Class<T> type) {
        return framework.service(type).orElseThrow();
    }

    private static Hashtable<String, Object> properties(String value) {
        return new Hashtable<>(Map.of("p", value));
    }

    private static Hashtable<String, Object> ofFile(String file, String value) {
        Hashtable<String, Object> properties = properties(value);
        properties.put(
                "felix.fileinstall.filename",
                Path.of("/etc of it", file).toUri().toString());
        return properties;
    }

    @Test
    void ownerLivesFromTheArrivalOfTheConfigurationToItsDeletion() throws Exception {
        original.updated(null);
        original.updated(properties("1"));
        original.updated(properties("2"));
        original.updated(null);
        original.updated(properties("3"));
        configuration.close();
        original.updated(properties("4"));

        assertThat(calls).containsExactly("open 1", "apply 2", "close", "open 3", "close");
        assertThat(log.errors()).isEmpty();
    }

    @Test
    void copyNeverReachesTheOwnerAndIsRefusedWithBothFilesNamed() throws Exception {
        original.updated(ofFile("id.lum.test.cfg", "1"));
        copies.updated(PID + "~old", ofFile("id.lum.test-old.cfg", "old"));
        original.updated(ofFile("id.lum.test.cfg", "2"));

        assertThat(calls).containsExactly("open 1", "apply 2");
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains(
                        "id.lum.test~old of the file /etc of it/id.lum.test-old.cfg is refused",
                        "that is id.lum.test of the file /etc of it/id.lum.test.cfg",
                        "give a copy a name that does not end in .cfg");
    }

    @Test
    void copyAloneIsNotServedAndTheErrorSaysSo() throws Exception {
        original.updated(null);
        copies.updated(PID + "~old", properties("old"));

        assertThat(calls).isEmpty();
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains("id.lum.test~old is refused", "there is none now, so nothing of it is in force");
    }

    @Test
    void copyThatIsLeftWhenTheOriginalGoesIsNamedAgainUntilItGoesItself() throws Exception {
        original.updated(properties("1"));
        copies.updated(PID + "~old", properties("old"));
        original.updated(null);
        copies.deleted(PID + "~old");
        original.updated(null);

        assertThat(calls).containsExactly("open 1", "close");
        assertThat(log.errors()).hasSize(2).last().asString().contains("there is none now");
    }

    @Test
    void ownerThatCouldNotBeMadeIsMadeByTheNextChangeOrByItselfLater() throws Exception {
        configuration.close();
        List<Object> attempts = new CopyOnWriteArrayList<>();
        CountDownLatch made = new CountDownLatch(1);
        configuration = SingletonConfiguration.deliver(framework.context(), PID, properties -> {
            attempts.add(properties.get("p"));
            if (attempts.size() < 4) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            made.countDown();
            return NOTHING;
        });
        ManagedService again = service(ManagedService.class);

        again.updated(ofFile("id.lum.test.cfg", "1"));
        again.updated(ofFile("id.lum.test.cfg", "2"));

        Await.latch(made);
        assertThat(attempts).containsExactly("1", "2", "2", "2");
        assertThat(log.errors())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("id.lum.test of the file /etc of it/id.lum.test.cfg"));
        Await.until("nobody tries again", () -> retryThreads().isEmpty());
    }

    @Test
    void ownerThatCouldNotBeMadeIsNotTriedAgainOnceTheConfigurationIsGone() throws Exception {
        configuration.close();
        List<Object> attempts = new CopyOnWriteArrayList<>();
        configuration = SingletonConfiguration.deliver(framework.context(), PID, properties -> {
            attempts.add(properties.get("p"));
            throw new IllegalStateException("not today");
        });
        ManagedService again = service(ManagedService.class);

        again.updated(properties("1"));
        assertThat(retryThreads()).isNotEmpty();
        again.updated(null);
        Await.until("nobody tries again", () -> retryThreads().isEmpty());
        again.updated(properties("2"));
        configuration.close();
        Await.until("nobody tries again", () -> retryThreads().isEmpty());

        assertThat(attempts).containsExactly("1", "2");
    }

    @Test
    void ownerThatCouldNotBeClosedIsReplacedAllTheSame() throws Exception {
        configuration.close();
        List<Object> made = new ArrayList<>();
        configuration = SingletonConfiguration.deliver(framework.context(), PID, properties -> {
            made.add(properties.get("p"));
            return new SingletonConfiguration.Owner() {
                @Override
                public void apply(Map<String, Object> changed) {}

                @Override
                public void close(StopDeadline deadline) {
                    if (made.size() == 1) {
                        throw new IllegalStateException("stuck");
                    }
                }
            };
        });
        ManagedService again = service(ManagedService.class);

        again.updated(properties("1"));
        assertThatThrownBy(() -> again.updated(null)).hasMessage("stuck");
        again.updated(properties("2"));

        assertThat(made).containsExactly("1", "2");
    }

    @Test
    void stopDoesNotWaitForAChangeThatHangsAndWhatThatHoldsIsClosedWhenItEnds() throws Exception {
        configuration.close();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        List<StopDeadline> closed = new CopyOnWriteArrayList<>();
        configuration = SingletonConfiguration.deliver(framework.context(), PID, properties -> {
            hanging.countDown();
            awaitQuietly(released);
            return new SingletonConfiguration.Owner() {
                @Override
                public void apply(Map<String, Object> changed) {}

                @Override
                public void close(StopDeadline deadline) {
                    closed.add(deadline);
                }
            };
        });
        ManagedService again = service(ManagedService.class);
        Thread updater = new Thread(() -> update(again));
        updater.start();
        Await.latch(hanging);

        configuration.close();
        assertThat(released.getCount()).as("it still hangs").isEqualTo(1);
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains("id.lum.test: stopped while a change was in progress.");
        assertThat(closed).isEmpty();

        released.countDown();
        updater.join();
        assertThat(closed).hasSize(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void stopTakesHalfOfTheShortestGraceTimeOfTheViews() throws Exception {
        List<Duration> given = new CopyOnWriteArrayList<>();
        configuration.close();
        configuration = SingletonConfiguration.deliver(
                framework.context(), PID, properties -> new SingletonConfiguration.Owner() {
                    @Override
                    public void apply(Map<String, Object> changed) {}

                    @Override
                    public void close(StopDeadline deadline) {
                        given.add(deadline.left());
                    }
                });
        ManagedService again = service(ManagedService.class);
        again.updated(properties("without a view"));
        again.updated(null);
        List<ServiceRegistration<?>> views = List.of(view(20_000), view(8_000));
        try {
            again.updated(properties("with views"));
            again.updated(null);
        } finally {
            views.forEach(ServiceRegistration::unregister);
        }

        assertThat(given).hasSize(2);
        assertThat(given.get(0)).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(given.get(1)).isGreaterThan(Duration.ofSeconds(1)).isLessThanOrEqualTo(Duration.ofSeconds(4));
    }

    private static ServiceRegistration<?> view(long graceMillis) {
        Object view = Proxy.newProxyInstance(
                HostHooks.class.getClassLoader(), new Class<?>[] {HostHooks.class}, (proxy, method, arguments) -> null);
        return framework
                .context()
                .registerService(
                        HostHooks.class.getName(),
                        view,
                        new Hashtable<>(Map.of(Hook.HOST, "acme", HostHooks.GRACE_MILLIS, graceMillis)));
    }

    @Test
    void configurationThatIsThereHasBeenDeliveredOnReturn() throws Exception {
        configuration.close();
        BundleContext bundle = framework.context();
        ServiceRegistration<?> admin = registerAdmin(bundle);
        ServiceListener delivery = event -> {
            if (event.getType() == ServiceEvent.REGISTERED) {
                ManagedService service = (ManagedService) bundle.getService(event.getServiceReference());
                new Thread(() -> update(service)).start();
            }
        };
        bundle.addServiceListener(delivery, "(objectClass=" + ManagedService.class.getName() + ")");
        try {
            deliver();
        } finally {
            bundle.removeServiceListener(delivery);
            admin.unregister();
        }

        assertThat(calls).containsExactly("open 1");
    }

    @Test
    void adminThatIsStillStartingIsNotWaitedFor(@TempDir Path other) throws Exception {
        Framework starting = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, other.toString()));
        starting.init();
        try {
            registerAdmin(starting.getBundleContext());
            SingletonConfiguration.deliver(starting.getBundleContext(), PID, properties -> NOTHING)
                    .close();
        } finally {
            starting.stop();
            starting.waitForStop(10_000);
        }

        assertThat(log.text()).doesNotContain("takes long to arrive");
    }

    @Test
    void threadThatDeliversDoesNotWaitForItself() throws Exception {
        configuration.close();
        ServiceRegistration<?> admin = registerAdmin(framework.context());
        try {
            Thread updater = new Thread(this::deliver, "CM Configuration Updater (Update: pid=another)");
            updater.start();
            updater.join();
        } finally {
            admin.unregister();
        }

        assertThat(log.text()).doesNotContain("takes long to arrive");
    }

    private static ServiceRegistration<?> registerAdmin(BundleContext bundle) {
        Object admin = Proxy.newProxyInstance(
                ConfigurationAdmin.class.getClassLoader(),
                new Class<?>[] {ConfigurationAdmin.class},
                (proxy, method, arguments) -> null);
        return bundle.registerService(ConfigurationAdmin.class.getName(), admin, null);
    }

    private static void update(ManagedService service) {
        try {
            service.updated(properties("1"));
        } catch (ConfigurationException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static List<Thread> retryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("retry of " + PID))
                .toList();
    }
}
