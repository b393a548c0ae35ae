package id.lum.tokenstore.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.tokenstore.internal.Await;
import id.lum.tokenstore.internal.ConfiguredFramework;
import id.lum.tokenstore.internal.ConfiguredFramework.Consumer;
import id.lum.tokenstore.internal.delivery.Redelivery.Outcome;
import id.lum.tokenstore.internal.grammar.Grammar;
import id.lum.tokenstore.internal.rules.AllowList;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.Configuration.ConfigurationAttribute;
import org.osgi.service.cm.ConfigurationAdmin;
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
    private Optional<Long> counted = Optional.empty();
    private final Sightings sightings = new Sightings();
    private final AtomicInteger overtaken = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
        framework.configure(PID, Map.of("s", "VAULT://a", "several", new String[] {"one", "two"}));
        consumer = framework.consumer(PID);
        Await.until("it is delivered", () -> "VAULT://a".equals(consumer.now("s")));
        allIsDelivered();
        before = consumer.count();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
    }

    @Test
    void samePropertiesAreDeliveredOnceMoreAndPersistedAsTheyAre() throws Exception {
        String persisted = framework.persisted();
        assertThat(redelivery("none", () -> {}).deliver(PID)).isEqualTo(Outcome.DELIVERED);
        allIsDelivered();
        assertThat(consumer.count()).isEqualTo(before + 1);
        assertThat(consumer.now("s")).isEqualTo("VAULT://a");
        assertThat((String[]) consumer.now("several")).containsExactly("one", "two");
        assertThat(withoutRevision(framework.persisted())).isEqualTo(withoutRevision(persisted));
    }

    @Test
    void editBetweenReadingAndWritingIsMadeAgain() throws Exception {
        assertThat(redelivery("update", () -> edit("edited")).deliver(PID)).isEqualTo(Outcome.DELIVERED);
        assertThat(current()).isEqualTo("edited");
        assertThat(framework.persisted()).contains("edited").doesNotContain("VAULT");
        Await.until(
                "the edit is delivered last",
                () -> consumer.count() == before + 3 && "edited".equals(consumer.now("s")));
    }

    @Test
    void editBetweenCountingAndReadingMakesADeliveryNeedless() throws Exception {
        assertThat(redelivery("getProperties", () -> edit("edited")).deliver(PID))
                .isEqualTo(Outcome.DELIVERED);
        assertThat(current()).isEqualTo("edited");
    }

    /** As it is when both began before either ended. */
    @Test
    void editThatIsNotCountedAfterADeliveryIsDeliveredOnceMore() throws Exception {
        Terms terms = new Terms(AllowList.NONE, Grammar.of(Set.of("VAULT")), false);
        sightings.delivered(PID, Sighting.delivered(terms, Set.of(), HeldValues.NONE));
        redelivery("getChangeCount", () -> {}).deliver(PID);
        edit("counted");
        assertThat(overtaken).hasValue(0);
        assertThat(sightings.of(PID).orElseThrow().isOutdated(HeldValues.NONE)).isFalse();

        counted = Optional.of(1000L);
        redelivery("none", () -> {}).deliver(PID);
        edit("not counted");
        assertThat(overtaken).hasValueGreaterThan(0);
        assertThat(sightings.of(PID).orElseThrow().isOutdated(HeldValues.NONE)).isTrue();
    }

    @Test
    void editOfAnotherConfigurationIsNoConcern() throws Exception {
        redelivery("update", () -> framework.configure("other", Map.of("s", "edited")))
                .deliver(PID);
        assertThat(current()).isEqualTo("VAULT://a");
        allIsDelivered();
        assertThat(consumer.count()).isEqualTo(before + 1);
    }

    /** So is one whose file its process may not write, such as one that a container platform mounts. */
    @Test
    void configurationThatIsReadOnlyIsDeliveredAndStaysReadOnly() throws Exception {
        Configuration configuration = framework.admin().getConfiguration(PID, "?");
        configuration.addAttributes(ConfigurationAttribute.READ_ONLY);
        assertThat(redelivery("none", () -> {}).deliver(PID)).isEqualTo(Outcome.DELIVERED);
        allIsDelivered();
        assertThat(consumer.count()).isEqualTo(before + 1);
        assertThat(configuration.getAttributes()).containsExactly(ConfigurationAttribute.READ_ONLY);
        assertThat(current()).isEqualTo("VAULT://a");
    }

    @Test
    void configurationThatIsGoneOrRefusedIsSaidToBe() throws Exception {
        assertThat(redelivery("none", () -> {}).deliver("nobody")).isEqualTo(Outcome.GONE);
        assertThat(redelivery("update", () -> {
                            throw new IllegalStateException("s3cr3t");
                        })
                        .deliver(PID))
                .isEqualTo(Outcome.FAILED);
        framework.admin().getConfiguration(PID, "?").delete();
        assertThat(redelivery("none", () -> {}).deliver(PID)).isEqualTo(Outcome.GONE);
    }

    /** With an operator who acts right before a method of the real configuration is called for the first time. */
    private Redelivery redelivery(String method, Meanwhile meanwhile) {
        boolean[] done = new boolean[1];
        ConfigurationAdmin admin = proxy(ConfigurationAdmin.class, (called, arguments) -> {
            Object answer = called.invoke(framework.admin(), arguments);
            return answer instanceof Configuration[] found
                    ? Arrays.stream(found)
                            .map(one -> proxy(Configuration.class, (inner, values) -> {
                                if (inner.getName().equals(method) && !done[0]) {
                                    done[0] = true;
                                    elsewhere(meanwhile);
                                }
                                return inner.getName().equals("getChangeCount") && counted.isPresent()
                                        ? counted.get()
                                        : inner.invoke(one, values);
                            }))
                            .toArray(Configuration[]::new)
                    : answer;
        });
        Redelivery redelivery = new Redelivery(admin, sightings, overtaken::incrementAndGet);
        framework.context().registerService(SynchronousConfigurationListener.class, redelivery, new Hashtable<>());
        return redelivery;
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

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.of(method, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                }));
    }

    /** A call of the real thing. */
    private interface Call {
        Object of(Method method, Object[] arguments) throws Exception;
    }
}
