package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.tokenstore.internal.ConfiguredFramework.Consumer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.Configuration.ConfigurationAttribute;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** What an operator edits at the very moment of a delivery is not lost. */
class RedeliveryTest {
    private static final String PID = "acme.consumer(1)*\\x";

    /** Runs at some place of a delivery. */
    private interface Meanwhile {
        void run() throws Exception;
    }

    @TempDir
    Path directory;

    private ConfiguredFramework framework;
    private Consumer consumer;
    private int before;
    private volatile Thread deliverer;
    private final Redelivery redelivery = new Redelivery();
    /** Completed at once, but for a test in which events come late. */
    private volatile CompletableFuture<Void> events = CompletableFuture.completedFuture(null);

    private final CountDownLatch editStored = new CountDownLatch(1);

    private void tell(ConfigurationEvent event) {
        CompletableFuture<Void> now = events;
        if (!now.isDone() && !Thread.currentThread().equals(deliverer)) {
            editStored.countDown();
            now.join();
        }
        redelivery.observe(event);
    }

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
        framework.context().registerService(SynchronousConfigurationListener.class, this::tell, new Hashtable<>());
        framework.configure(PID, Map.of("s", "VAULT://a", "several", new String[] {"one", "two"}));
        consumer = framework.consumer(PID);
        Await.until("it is delivered", () -> "VAULT://a".equals(consumer.now("s")));
        allIsDelivered();
        before = consumer.count();
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    @Test
    void samePropertiesAreDeliveredOnceMoreAndPersistedAsTheyAre() throws Exception {
        String persisted = framework.persisted();
        deliver("none", () -> {});
        allIsDelivered();
        assertThat(consumer.count()).isEqualTo(before + 1);
        assertThat(consumer.now("s")).isEqualTo("VAULT://a");
        assertThat((String[]) consumer.now("several")).containsExactly("one", "two");
        assertThat(withoutRevision(framework.persisted())).isEqualTo(withoutRevision(persisted));
    }

    @Test
    void editBetweenReadingAndWritingIsMadeAgain() throws Exception {
        deliver("update", () -> edit("edited"));
        assertThat(current()).isEqualTo("edited");
        assertThat(framework.persisted()).contains("edited").doesNotContain("VAULT");
        Await.until("the edit is delivered last", () -> "edited".equals(consumer.now("s")));
    }

    @Test
    void editThatIsUndoneBeforeAnybodyIsToldOfItIsLogged() throws Exception {
        events = new CompletableFuture<>();
        try (CapturedLog log = CapturedLog.ofEverything()) {
            deliver("update", () -> {
                Thread operator = new Thread(() -> editQuietly("edited"));
                operator.setDaemon(true);
                operator.start();
                Await.latch(editStored);
            });
            assertThat(current()).isEqualTo("VAULT://a");
            assertThat(log.linesWith("may have been undone"))
                    .singleElement()
                    .asString()
                    .contains("WARN")
                    .doesNotContain("edited");
        } finally {
            events.complete(null);
        }
    }

    private void editQuietly(String value) {
        try {
            edit(value);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void deliveryWithoutAnEditLogsNothing() throws Exception {
        try (CapturedLog log = CapturedLog.ofEverything()) {
            deliver("none", () -> {});
            assertThat(log.linesWith("WARN")).isEmpty();
        }
    }

    @Test
    void editOfAnotherConfigurationIsNoConcern() throws Exception {
        deliver("update", () -> framework.configure("other", Map.of("s", "edited")));
        assertThat(current()).isEqualTo("VAULT://a");
        allIsDelivered();
        assertThat(consumer.count()).isEqualTo(before + 1);
    }

    /** So is one whose file its process may not write, such as one that a container platform mounts. */
    @Test
    void configurationThatIsReadOnlyIsDeliveredAndStaysReadOnly() throws Exception {
        Configuration configuration = framework.admin().getConfiguration(PID, "?");
        configuration.addAttributes(ConfigurationAttribute.READ_ONLY);
        deliver("none", () -> {});
        allIsDelivered();
        assertThat(consumer.count()).isEqualTo(before + 1);
        assertThat(configuration.getAttributes()).containsExactly(ConfigurationAttribute.READ_ONLY);
        assertThat(current()).isEqualTo("VAULT://a");
    }

    @Test
    void configurationThatIsDeletedIsNotDelivered() throws Exception {
        Configuration configuration = framework.admin().getConfiguration(PID, "?");
        configuration.delete();
        assertThatThrownBy(() -> redelivery.deliver(configuration)).isInstanceOf(IllegalStateException.class);
    }

    /** With an operator who acts right before a method of the real configuration is called for the first time. */
    private void deliver(String method, Meanwhile meanwhile) throws Exception {
        Configuration real = framework.admin().getConfiguration(PID, "?");
        AtomicBoolean done = new AtomicBoolean();
        deliverer = Thread.currentThread();
        redelivery.deliver((Configuration) Proxy.newProxyInstance(
                Configuration.class.getClassLoader(), new Class<?>[] {Configuration.class}, (self, called, values) -> {
                    if (called.getName().equals(method) && done.compareAndSet(false, true)) {
                        elsewhere(meanwhile);
                    }
                    try {
                        return called.invoke(real, values);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                }));
    }

    private void edit(String value) throws Exception {
        framework.configure(PID, Map.of("s", value));
    }

    private static void elsewhere(Meanwhile meanwhile) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            meanwhile.run();
            return null;
        });
        new Thread(task).start();
        task.get();
    }

    private Object current() throws Exception {
        Dictionary<String, Object> properties =
                framework.admin().getConfiguration(PID, "?").getProperties();
        return properties.get("s");
    }

    private static String withoutRevision(String persisted) {
        return persisted.replaceAll("revision:=.*|s=\"[0-9a-f-]{36}\"", "");
    }

    /** ConfigAdmin delivers in the order of changes. */
    private void allIsDelivered() throws Exception {
        Consumer sentinel = framework.consumer("sentinel");
        String value = UUID.randomUUID().toString();
        framework.configure("sentinel", Map.of("s", value));
        Await.until("later ones are delivered", () -> value.equals(sentinel.now("s")));
    }
}
