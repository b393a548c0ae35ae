package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import id.lum.tokenstore.internal.TestComponents.Fate;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Vector;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.cm.ConfigurationPlugin;

/** A component whose deliveries are lost, doubled and reordered has the secret in force all the same. */
class LostDeliveryTest {
    private static final String PID = "acme.component";
    private static final Duration RECHECK = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final ScriptedStore vault = new ScriptedStore();
    private int rounds;
    private CapturedLog log;
    private ConfiguredFramework framework;
    private TestComponents component;
    private Optional<StartedOwner> owner = Optional.empty();

    @BeforeEach
    void start() throws Exception {
        log = CapturedLog.ofEverything();
        framework = new ConfiguredFramework(directory);
        // As Felix SCR does: in the name of a service without a PID.
        ServiceReference<?> reader = framework
                .context()
                .registerService(org.osgi.service.cm.ManagedService.class, properties -> {}, new Hashtable<>())
                .getReference();
        component = new TestComponents(PID, framework.admin(), reader);
        framework.context().registerService(ConfigurationListener.class, component, new Hashtable<>());
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
    }

    @AfterEach
    void stop() throws Exception {
        owner.ifPresent(StartedOwner::close);
        framework.close();
        log.close();
    }

    @Test
    void deliveryThatIsLostIsMadeAgainWithinOneRecheck() throws Exception {
        own(PID + " VAULT a");
        fates(Fate.ARRIVES, Fate.LOST);
        configureBeforeTheStoreAnswers();
        Await.until("the secret was delivered", () -> component.deliveries() == 2);
        assertThat(component.now("s")).isEqualTo("VAULT://a");
        passRecheck();
        awaitInForce("A", "text");
    }

    @Test
    void componentThatIsNotEvenThereBecauseItsFirstDeliveriesAreLostComes() throws Exception {
        own(PID + " VAULT a");
        fates(Fate.LOST, Fate.LOST);
        configure("VAULT://a", "text");
        Await.until("it is delivered until it arrives", () -> {
            passRecheck();
            return component.now("s") != null;
        });
        awaitInForce("A", "text");
    }

    /** What the plugin put out last is right, and what is in force is what it put out before. */
    @Test
    void deliveryThatIsOvertakenByAnOlderOneIsMadeAgainWithinOneRecheck() throws Exception {
        own(PID + " VAULT a");
        fates(Fate.OVERTAKEN, Fate.ARRIVES);
        configureBeforeTheStoreAnswers();
        Await.until("the older one counts", () -> "VAULT://a".equals(component.now("s")));
        passRecheck();
        awaitInForce("A", "text");
    }

    @Test
    void editOfAnotherPropertyThatIsLostIsDeliveredAgain() throws Exception {
        own(PID + " VAULT a");
        configure("VAULT://a", "one");
        awaitInForce("A", "one");
        fates(Fate.LOST);
        configure("VAULT://a", "two");
        Await.until("the edit arrives", () -> {
            passRecheck();
            return "two".equals(component.now("other"));
        });
        awaitInForce("A", "two");
    }

    @Test
    void componentWithAnotherConfigurationBesidesGetsTheSecret() throws Exception {
        component.alsoConfiguredBy("acme.other");
        own(PID + " VAULT a");
        fates(Fate.ARRIVES, Fate.LOST);
        configureBeforeTheStoreAnswers();
        Await.until("the secret was delivered", () -> component.deliveries() == 2);
        passRecheck();
        awaitInForce("A", "text");
    }

    @Test
    void componentThatGotTheTextWhileNoRuleNamedItGetsTheSecretOnceOneDoes() throws Exception {
        own("");
        configure("VAULT://a", "text");
        Await.until("it is delivered", () -> "VAULT://a".equals(component.now("s")));
        owner.orElseThrow().apply(settings(PID + " VAULT a"));
        awaitInForce("A", "text");
        owner.orElseThrow().apply(settings("acme.other VAULT a"));
        Await.until("the secret is taken back", () -> {
            passRecheck();
            return "VAULT://a".equals(component.now("s"));
        });
    }

    @Test
    void secretIsInForceWhateverBecomesOfDeliveries() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        own(PID + " VAULT *");
        component.fates(TestComponents.random(random));
        for (int i = 0; i < 40; i++) {
            String secret = "secret " + i;
            String other = "other " + random.nextInt(3);
            switch (random.nextInt(3)) {
                case 0 -> vault.put("a", secret);
                case 1 -> configure("VAULT://a", other);
                default -> {
                    vault.put("a", secret);
                    configure("VAULT://a", other);
                }
            }
            String wanted = vault.value("a", "");
            if (framework.admin().getConfiguration(PID, "?").getProperties() == null) {
                continue;
            }
            try {
                Await.until("the secret of round " + i + " is in force", () -> {
                    clock.move(RECHECK);
                    owner.orElseThrow().wake();
                    return wanted.equals(component.now("s"));
                });
            } catch (AssertionError vain) {
                throw new AssertionError("seed " + seed + ": " + vain.getMessage(), vain);
            }
        }
        component.fates(() -> Fate.ARRIVES);
        configure("VAULT://a", "end");
        Await.until("the last edit is in force", () -> {
            passRecheck();
            return "end".equals(component.now("other"));
        });
        awaitInForce(vault.value("a", ""), "end");
    }

    @Test
    void componentThatNeverTakesADeliveryIsServedEverLessOftenAndToldOnce() throws Exception {
        own(PID + " VAULT a");
        component.fates(() -> component.deliveries() == 1 ? Fate.ARRIVES : Fate.LOST);
        configureBeforeTheStoreAnswers();
        Await.until("the secret was delivered", () -> component.deliveries() == 2);
        passFourHours();
        assertThat(component.deliveries()).isBetween(8, 16);
        assertThat(log.linesWith("a consumer still does not have the values at hand"))
                .hasSize(1);
        component.fates(() -> Fate.ARRIVES);
        Await.until("it has the secret", () -> {
            clock.move(Duration.ofHours(1));
            owner.orElseThrow().wake();
            return "A".equals(component.now("s"));
        });
        Await.until(
                "that is told",
                () -> log.linesWith("its consumers have the values now").size() == 1);
    }

    /** What the loop asks for in its own name then never is what the consumer has. */
    @Test
    void consumerThatAnotherPluginServesUnlikeOthersIsServedEverLessOftenAndToldOnce() throws Exception {
        ConfigurationPlugin unequal = (reader, properties) -> {
            if (reader != null) {
                properties.put("other", reader.getProperty(Constants.SERVICE_ID));
            }
        };
        framework
                .context()
                .registerService(
                        ConfigurationPlugin.class,
                        unequal,
                        new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, 100)));
        ConfiguredFramework.Consumer service = framework.consumer(PID);
        own(PID + " VAULT a");
        configure("VAULT://a", "text");
        Await.until("both have the secret", () -> {
            passRecheck();
            return "A".equals(component.now("s")) && "A".equals(service.now("s"));
        });
        int before = component.deliveries();
        passFourHours();
        assertThat(component.deliveries() - before).isBetween(5, 16);
        assertThat(log.linesWith("a consumer still does not have the values at hand"))
                .hasSize(1);
        vault.put("a", "B");
        for (int i = 0; i < 3; i++) {
            pass(RECHECK);
        }
        Await.until(
                "another secret does not wait", () -> "B".equals(component.now("s")) && "B".equals(service.now("s")));
    }

    @Test
    void deliveryThatConfigAdminRefusesIsToldOnceAndMadeAgain() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        own(PID + " VAULT a", refusing(refusals));
        configureBeforeTheStoreAnswers();
        Await.until("the secret is in force", () -> {
            passRecheck();
            return "A".equals(component.now("s"));
        });
        assertThat(refusals.get()).isLessThanOrEqualTo(0);
        assertThat(log.linesWith("ConfigAdmin does not deliver it again")).hasSize(1);
        assertThat(log.lines()).noneMatch(line -> line.contains("s3cr3t"));
    }

    @Test
    void valuesThatDeclarativeServicesReportAsTextAreInForceAllTheSame() throws Exception {
        own(PID + " VAULT a");
        framework.configure(
                PID,
                Map.of(
                        "s",
                        "VAULT://a",
                        "list",
                        new Vector<>(List.of("VAULT://a", "text")),
                        "array",
                        new String[] {"VAULT://a", "text"},
                        "numbers",
                        new int[] {1, 2},
                        "characters",
                        new Character[] {'a'},
                        "character",
                        'a',
                        "other",
                        "text"));
        Await.until("the secret is in force", () -> {
            pass(RECHECK);
            return "A".equals(component.now("s"));
        });
        assertThat(component.now("list")).isEqualTo(List.of("A", "text"));
        awaitInForce("A", "text");
    }

    @Test
    void secretInAListThatIsLostIsDeliveredAgain() throws Exception {
        own(PID + " VAULT a");
        fates(Fate.ARRIVES, Fate.LOST);
        vault.hold();
        framework.configure(PID, Map.of("s", new Vector<>(List.of("VAULT://a"))));
        Await.until("it is delivered", () -> component.deliveries() == 1);
        vault.release();
        Await.until("the secret is in force", () -> {
            pass(RECHECK);
            return List.of("A").equals(component.now("s"));
        });
    }

    @Test
    void serviceThatMayNotHaveTheConfigurationIsNotWaitedFor() throws Exception {
        own(PID + " VAULT a");
        ConfiguredFramework.Consumer service = framework.consumer(PID);
        framework
                .admin()
                .getConfiguration(PID, "another bundle")
                .update(new Hashtable<>(Map.of("s", "VAULT://a", "other", "text")));
        Await.until("it is written", () -> component.deliveries() == 1);
        assertQuiet();
        assertThat(component.deliveries()).isEqualTo(1);
        assertThat(service.all("s")).doesNotContain("A", "VAULT://a");
    }

    /** A configuration without a reference is not delivered again, though a rule names it and a consumer lacks it. */
    @Test
    void configurationWithoutAReferenceIsNoConcern() throws Exception {
        own(PID + " VAULT a, other VAULT a");
        fates(Fate.LOST);
        configure("text", "text");
        framework.configure("other", Map.of("s", "VAULT://a"));
        assertQuiet();
        assertThat(component.deliveries()).isEqualTo(1);
    }

    private ConfigurationAdmin refusing(AtomicInteger refusals) {
        return proxy(ConfigurationAdmin.class, framework.admin(), (method, answer) -> {
            if (answer instanceof Configuration[] found) {
                return Arrays.stream(found)
                        .map(one -> proxy(Configuration.class, one, (called, same) -> {
                            if (called.equals("getAttributes") && refusals.getAndDecrement() > 0) {
                                throw new IllegalArgumentException("s3cr3t");
                            }
                            return same;
                        }))
                        .toArray(Configuration[]::new);
            }
            return answer;
        });
    }

    /** What comes of a call of the real thing. */
    private interface Answer {
        Object of(String method, Object answer);
    }

    private static <T> T proxy(Class<T> type, T real, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer.of(method.getName(), method.invoke(real, arguments))));
    }

    private void own(String allow) {
        own(allow, framework.admin());
    }

    private void own(String allow, ConfigurationAdmin admin) {
        owner = Optional.of(
                new StartedOwner(framework.context(), admin, component.runtime(), settings(allow), clock::nanos));
    }

    private static Map<String, Object> settings(String allow) {
        return Map.of("allow", allow, "recheck.seconds", String.valueOf(RECHECK.toSeconds()));
    }

    private void fates(Fate... some) {
        Queue<Fate> queue = new ArrayDeque<>(List.of(some));
        component.fates(() -> Optional.ofNullable(queue.poll()).orElse(Fate.ARRIVES));
    }

    private void configure(String secret, String other) throws Exception {
        framework.configure(PID, Map.of("s", secret, "other", other));
    }

    private void configureBeforeTheStoreAnswers() throws Exception {
        vault.hold();
        configure("VAULT://a", "text");
        Await.until("it is delivered", () -> component.deliveries() == 1);
        vault.release();
    }

    private void passFourHours() throws Exception {
        Duration step = Duration.ofSeconds(30);
        for (Duration passed = Duration.ZERO; passed.toHours() < 4; passed = passed.plus(step)) {
            pass(step);
        }
    }

    /** Moves the clock once, until a pass that saw it is over. */
    private void pass(Duration time) throws Exception {
        clock.move(time);
        int looks = component.looks();
        // The first may be of a pass that began before; the third ends the second.
        Await.until("a pass is over", () -> {
            owner.orElseThrow().wake();
            return component.looks() >= looks + 3;
        });
    }

    private void passRecheck() {
        clock.move(RECHECK);
        owner.orElseThrow().wake();
    }

    private void awaitInForce(String secret, String other) throws Exception {
        Await.until(
                secret + " and " + other + " are in force",
                () -> secret.equals(component.now("s")) && other.equals(component.now("other")));
        assertQuiet();
    }

    /** What is in force is not delivered again. */
    private void assertQuiet() throws Exception {
        awaitDeliveriesOnTheirWay();
        int deliveries = component.deliveries();
        for (int i = 0; i < 5; i++) {
            int asked = vault.asked();
            Await.until("a pass is over", () -> {
                passRecheck();
                return vault.asked() > asked;
            });
        }
        assertThat(component.deliveries()).isEqualTo(deliveries);
    }

    /** What the loop delivered while the last but one was on its way. */
    private void awaitDeliveriesOnTheirWay() throws Exception {
        pass(Duration.ZERO);
        String round = "acme.round." + rounds++;
        framework.configure(round, Map.of());
        Await.until("a later change is told", () -> round.equals(component.lastEvent()));
    }
}
