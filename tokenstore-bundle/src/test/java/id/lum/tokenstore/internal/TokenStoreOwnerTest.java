package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import id.lum.tokenstore.internal.ConfiguredFramework.Consumer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationPlugin;

/** The owner among the real ConfigAdmin, consumers and stores. */
class TokenStoreOwnerTest {
    private static final String PID = "acme.consumer";
    /** What the test itself needs, to know when all is over. */
    private static final String PLUMBING = "sentinel ZZZ n, acme.round ZZZ *";

    private static final String CANARY = "s3cr3t-canary";

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final ScriptedStore vault = new ScriptedStore();
    private final ScriptedStore last = new ScriptedStore().put("n", "0");
    private CapturedLog log;
    private ConfiguredFramework framework;
    private Path secrets;
    private Optional<StartedOwner> owner = Optional.empty();
    private SecretCommands commands;
    private Consumer sentinel;
    private String settled = "0";
    private int rounds;

    @BeforeEach
    void start() throws Exception {
        log = CapturedLog.ofEverything();
        framework = new ConfiguredFramework(directory);
        secrets = Files.createDirectory(directory.resolve("secrets"));
        last.register(framework.context(), "ZZZ", 0);
        framework.configure("sentinel", Map.of("n", "ZZZ://n"));
        sentinel = framework.consumer("sentinel");
    }

    @AfterEach
    void stop() throws Exception {
        vault.release();
        shut();
        framework.close();
        log.close();
    }

    @Test
    void valueIsDeliveredAndTheReferenceIsAllThatIsStored() throws Exception {
        Files.writeString(secrets.resolve("bridge"), CANARY + "\n");
        Consumer consumer = framework.consumer(PID);
        own(PID + " FILE bridge");
        framework.configure(PID, Map.of(".secret", "FILE://bridge", "other", "text"));
        awaitNow(consumer, ".secret", CANARY);
        settle();
        assertThat(consumer.now("other")).isEqualTo("text");
        Await.until("it is kept as it was written", () -> framework.persisted().contains("FILE://bridge"));
        assertThat(framework.persisted()).doesNotContain(CANARY);
        assertThat(configuration().getProperties().get(".secret")).isEqualTo("FILE://bridge");
    }

    @Test
    void whatWasDeliveredBeforeTheBundleCameIsDeliveredAgain() throws Exception {
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "VAULT://a");
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        awaitNow(consumer, "s", "A");
        settle();
        assertThat(consumer.all("s")).endsWith("VAULT://a", "A").doesNotHaveDuplicates();
    }

    @Test
    void aToolThatOnlyLooksSeesTheReference() throws Exception {
        Consumer consumer = framework.consumer(PID);
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "A");
        assertThat(configuration().getProcessedProperties(null).get("s")).isEqualTo("VAULT://a");
        assertThat(processed("s")).isEqualTo("A");
    }

    @Test
    void storeThatComesLaterIsAskedAtOnce() throws Exception {
        Consumer consumer = framework.consumer(PID);
        own(PID + " VAULT a");
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "VAULT://a");
        Await.until(
                "its absence is told",
                () -> !log.linesWith("no token store for VAULT").isEmpty());
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        awaitNow(consumer, "s", "A");
    }

    @Test
    void slowStoreThatIsAskedFirstKeepsNoOtherWaitingAndIsNotAskedTwiceAtATime() throws Exception {
        vault.put("a", "A").register(framework.context(), "AWAY", 0);
        vault.hold();
        own(PID + " AWAY a, quick FILE bridge");
        Files.writeString(secrets.resolve("bridge"), CANARY);
        Consumer consumer = framework.consumer(PID);
        Consumer quick = framework.consumer("quick");
        framework.configure(PID, Map.of("s", "AWAY://a"));
        Await.until("the store is asked", () -> vault.asked() == 1);
        framework.configure("quick", Map.of("s", "FILE://bridge"));
        awaitNow(quick, "s", CANARY);
        settle();
        assertThat(vault.asked()).isEqualTo(1);
        vault.release();
        awaitNow(consumer, "s", "A");
        // It was to be asked again while it was asked.
        Await.until("it is asked again", () -> vault.asked() == 2);
    }

    @Test
    void slowStoreKeepsNeitherADeliveryNorAnotherStoreWaiting() throws Exception {
        Consumer consumer = framework.consumer(PID);
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        vault.hold();
        own(PID + " VAULT a, " + PID + " FILE bridge, quick FILE bridge");
        Files.writeString(secrets.resolve("bridge"), CANARY);
        Consumer quick = framework.consumer("quick");
        framework.configure("quick", Map.of("s", "FILE://bridge"));
        framework.configure(PID, Map.of("s", "VAULT://a"));
        Await.until("the store is asked", () -> vault.asked() == 1);
        assertThat(processed("s")).isEqualTo("VAULT://a");
        awaitNow(quick, "s", CANARY);
        vault.release();
        awaitNow(consumer, "s", "A");
        assertThat(processed("s")).isEqualTo("A");
    }

    @Test
    void storeThatChangesWheneverItIsAskedKeepsNoOtherWaiting() throws Exception {
        AtomicReference<ServiceRegistration<?>> registration = new AtomicReference<>();
        AtomicLong asked = new AtomicLong();
        TokenStore restless = (path, metadata) -> {
            registration
                    .get()
                    .setProperties(
                            new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT", "asked", asked.incrementAndGet())));
            return "A";
        };
        registration.set(framework.context().registerService(TokenStore.class, restless, new Hashtable<>()));
        registration.get().setProperties(new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
        own(PID + " VAULT a, quick FILE bridge");
        Files.writeString(secrets.resolve("bridge"), CANARY);
        framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        Await.until("it is asked all the time", () -> asked.get() > 5);
        Consumer quick = framework.consumer("quick");
        framework.configure("quick", Map.of("s", "FILE://bridge"));
        awaitNow(quick, "s", CANARY);
    }

    @Test
    void slowStoreOfManyValuesKeepsNoOtherWaiting() throws Exception {
        vault.register(framework.context(), "AWAY", 0);
        vault.hold();
        own(PID + " AWAY *, quick FILE bridge");
        Files.writeString(secrets.resolve("bridge"), CANARY);
        Consumer quick = framework.consumer("quick");
        framework.consumer(PID);
        framework.configure(
                PID, IntStream.range(0, 40).boxed().collect(Collectors.toMap(i -> "s" + i, i -> "AWAY://a" + i)));
        Await.until("the store is asked as much as it may be", () -> vault.asked() == 8);
        framework.configure("quick", Map.of("s", "FILE://bridge"));
        awaitNow(quick, "s", CANARY);
        assertThat(vault.asked()).isEqualTo(8);
    }

    @Test
    void storeWhoseObjectDoesNotComeIsGivenUpAndItsSuccessorAsked() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ServiceRegistration<?> slow = framework
                .context()
                .registerService(
                        TokenStore.class.getName(),
                        new ServiceFactory<TokenStore>() {
                            @Override
                            public TokenStore getService(Bundle bundle, ServiceRegistration<TokenStore> registration) {
                                try {
                                    never.await();
                                } catch (InterruptedException givenUp) {
                                    Thread.currentThread().interrupt();
                                }
                                return vault;
                            }

                            @Override
                            public void ungetService(
                                    Bundle bundle, ServiceRegistration<TokenStore> registration, TokenStore store) {}
                        },
                        new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
        own(PID + " VAULT a", "call.timeout.ms", "100");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        Await.until(
                "it is given up",
                () -> !log.linesWith("the store did not answer within 100 ms").isEmpty());
        new ScriptedStore().put("a", "A").register(framework.context(), "VAULT", 10);
        awaitNow(consumer, "s", "A");
        slow.unregister();
    }

    @Test
    void failureIsTriedAgainWithGrowingPatienceAndToldOnce() throws Exception {
        Consumer consumer = framework.consumer(PID);
        vault.put("other", CANARY).register(framework.context(), "VAULT", 0);
        own(PID + " VAULT *");
        framework.configure(PID, Map.of("s", "VAULT://a"));
        Await.until("the store has failed", () -> log.linesWith("VAULT (path").size() == 1);
        for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
            int before = vault.asked();
            move(Duration.ofSeconds(seconds).minusMillis(1));
            round();
            assertThat(vault.asked()).isEqualTo(before);
            move(Duration.ofMillis(1));
            Await.until("the store is asked again", () -> vault.asked() == before + 1);
            round();
        }
        assertThat(log.linesWith("WARN").stream().filter(line -> line.contains("VAULT (path")))
                .hasSize(1);
        vault.put("a", "A");
        move(Duration.ofSeconds(60));
        awaitNow(consumer, "s", "A");
    }

    @Test
    void rotationIsDeliveredAfterTheTimeBetweenChecksAndAConstantValueIsNot() throws Exception {
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "VAULT://a");
        vault.put("a", "A1").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        awaitNow(consumer, "s", "A1");
        round();
        int asked = vault.asked();
        vault.put("a", "A2");
        move(Duration.ofSeconds(59));
        round();
        assertThat(vault.asked()).isEqualTo(asked);
        move(Duration.ofSeconds(2));
        awaitNow(consumer, "s", "A2");
        for (int i = 0; i < 10; i++) {
            settle();
        }
        assertThat(vault.asked()).isGreaterThanOrEqualTo(asked + 11);
        assertThat(consumer.all("s")).endsWith("VAULT://a", "A1", "A2").hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void deliveriesEndWhateverIsDeliveredAndEdited() throws Exception {
        Consumer one = framework.consumer(PID);
        vault.put("a", "A").put("b", "B").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT *");
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(one, "s", "A");
        // Who comes later is served at once, and is no reason to deliver again.
        Consumer two = framework.consumer(PID);
        awaitNow(two, "s", "A");
        move(Duration.ofSeconds(1));
        framework.configure(PID, Map.of("s", "VAULT://b"));
        awaitNow(one, "s", "B");
        move(Duration.ofSeconds(1));
        framework.configure(PID, Map.of("s", "VAULT://b", "t", "VAULT://a"));
        awaitNow(two, "t", "A");
        framework.configure(PID, Map.of("s", "text"));
        // Should Felix take this and a delivery for one change, it is delivered a second later.
        Await.until("the edit is delivered", () -> {
            move(Duration.ofSeconds(1));
            return "text".equals(one.now("s")) && "text".equals(two.now("s"));
        });
        settle();
        long count = configuration().getChangeCount();
        int deliveries = one.count() + two.count();
        for (int i = 0; i < 5; i++) {
            settle();
        }
        assertThat(configuration().getChangeCount()).isEqualTo(count);
        assertThat(one.count() + two.count()).isEqualTo(deliveries);
    }

    @Test
    void valueThatIsNeverTheSameIsDeliveredOnceASecondAtMost() throws Exception {
        AtomicLong next = new AtomicLong();
        TokenStore restless = (path, metadata) -> "value " + next.incrementAndGet();
        Consumer consumer = framework.consumer(PID);
        own(PID + " VAULT a");
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "VAULT://a");
        framework
                .context()
                .registerService(TokenStore.class, restless, new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
        Await.until("a value is delivered", () -> consumer.now("s").toString().startsWith("value"));
        round();
        int deliveries = consumer.count();
        for (int i = 0; i < 20; i++) {
            long before = next.get();
            commands.recheck();
            Await.until("the store is asked", () -> next.get() > before);
        }
        assertThat(consumer.count()).isEqualTo(deliveries);
        move(Duration.ofSeconds(1));
        Await.until("the last value is delivered", () -> consumer.now("s").equals("value " + next.get()));
        assertThat(consumer.count()).isEqualTo(deliveries + 1);
    }

    @Test
    void whatNoRulePermitsStaysAsItIsWrittenAndIsNotAskedFor() throws Exception {
        vault.put("a", "A").put("b", CANARY).register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a, acme.factory VAULT b");
        Consumer consumer = framework.consumer(PID);
        Consumer stranger = framework.consumer("acme.stranger");
        framework.configure("acme.stranger", Map.of("s", "VAULT://b"));
        framework.configure(
                PID,
                Map.of(
                        "one", "VAULT://a",
                        "two", "VAULT://b",
                        "both", "VAULT://a VAULT://b",
                        "several", new String[] {"VAULT://a", "VAULT://b"}));
        awaitNow(consumer, "one", "A");
        settle();
        assertThat(consumer.now("two")).isEqualTo("VAULT://b");
        assertThat(consumer.now("both")).isEqualTo("VAULT://a VAULT://b");
        assertThat((String[]) consumer.now("several")).containsExactly("VAULT://a", "VAULT://b");
        assertThat(stranger.now("s")).isEqualTo("VAULT://b");
        assertThat(log.linesWith("no rule lets it refer").stream().filter(line -> line.contains(": two ")))
                .hasSize(1);
        assertThat(log.lines()).noneMatch(line -> line.contains(CANARY));
    }

    @Test
    void everyKindOfValueIsResolvedWholeOrNotAtAll() throws Exception {
        vault.put("a", "A").put("json", "{\"k\":\"K\",\"n\":1}").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT *");
        Consumer consumer = framework.consumer(PID);
        Map<String, Object> properties = new HashMap<>();
        properties.put("text", "x VAULT://a y VAULT://json|k[version=3]");
        properties.put("array", new String[] {"VAULT://a", "plain", "VAULT://json|n"});
        properties.put("list", new ArrayList<>(List.of("VAULT://a", "plain")));
        properties.put("number", 5);
        properties.put("half", "VAULT://a VAULT://missing");
        properties.put("nokey", "VAULT://json|nope");
        properties.put("broken", "VAULT://a[");
        framework.configure(PID, properties);
        awaitNow(consumer, "text", "x A y K");
        settle();
        assertThat((String[]) consumer.now("array")).containsExactly("A", "plain", "1");
        assertThat(new ArrayList<>((java.util.Collection<?>) consumer.now("list")))
                .isEqualTo(List.of("A", "plain"));
        assertThat(consumer.now("number")).isEqualTo(5);
        assertThat(consumer.now("half")).isEqualTo("VAULT://a VAULT://missing");
        assertThat(consumer.now("nokey")).isEqualTo("VAULT://json|nope");
        assertThat(consumer.now("broken")).isEqualTo("VAULT://a[");
        assertThat(log.linesWith("nokey stays as it is written, because the value has no such key"))
                .hasSize(1);
        assertThat(log.linesWith("broken stays as it is written, because it holds a reference that cannot be read"))
                .hasSize(1);
    }

    @Test
    void laxReplacesWhatItCan() throws Exception {
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT *", "lax", "on");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("half", "VAULT://a VAULT://missing"));
        awaitNow(consumer, "half", "A VAULT://missing");
    }

    @Test
    void valueIsNotReadForReferences() throws Exception {
        vault.put("a", "VAULT://b").put("b", CANARY).register(framework.context(), "VAULT", 0);
        own(PID + " VAULT *");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "<VAULT://a ", "t", "VAULT://b"));
        awaitNow(consumer, "t", CANARY);
        settle();
        assertThat(consumer.now("s")).isEqualTo("<VAULT://b ");
    }

    @Test
    void instancesOfAFactoryAreConsumersOfItsRules() throws Exception {
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own("acme.factory VAULT a");
        Configuration instance = framework.admin().getFactoryConfiguration("acme.factory", "one", "?");
        Consumer consumer = framework.consumer(instance.getPid());
        instance.update(new Hashtable<>(Map.of("s", "VAULT://a")));
        Await.until("it is resolved", () -> "A".equals(processed(instance, "s")));
        assertThat(consumer.now("s")).isNotEqualTo(CANARY);
    }

    @Test
    void placeholderThatIsReplacedBeforeMayBePartOfAReference() throws Exception {
        ConfigurationPlugin interpolation = (reference, properties) -> Collections.list(properties.keys()).stream()
                .filter(key -> properties.get(key) instanceof String)
                .forEach(key -> properties.put(key, ((String) properties.get(key)).replace("$[env:X]", "FILE://br")));
        framework
                .context()
                .registerService(
                        ConfigurationPlugin.class,
                        interpolation,
                        new Hashtable<>(Map.of(ConfigurationPlugin.CM_RANKING, 500)));
        Files.writeString(secrets.resolve("bridge"), CANARY);
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "$[env:X]idge"));
        own(PID + " FILE bridge");
        awaitNow(consumer, "s", CANARY);
        Await.until("it is kept as it was written", () -> framework.persisted().contains("$[env:X]idge"));
        assertThat(framework.persisted()).doesNotContain(CANARY);
    }

    @Test
    void lastGoodValueStaysInUseWhileItsStoreFailsOrIsAway() throws Exception {
        ServiceRegistration<TokenStore> registration = vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "A");
        vault.lose("a");
        settle();
        settle();
        assertThat(log.linesWith("The value it gave before stays in use")).hasSize(1);
        registration.unregister();
        settle();
        int deliveries = consumer.count();
        assertThat(consumer.now("s")).isEqualTo("A");
        assertThat(processed("s")).isEqualTo("A");
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        settle();
        assertThat(consumer.count()).isEqualTo(deliveries);
        assertThat(log.linesWith("gives the value again")).hasSize(1);
    }

    @Test
    void ruleThatIsWithdrawnTakesTheValueBack() throws Exception {
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "A");
        move(Duration.ofSeconds(1));
        owner.orElseThrow().apply(settings(PLUMBING + ", " + PID + " VAULT b"));
        awaitNow(consumer, "s", "VAULT://a");
        settle();
        int asked = vault.asked();
        settle();
        assertThat(vault.asked()).isEqualTo(asked);
        owner.orElseThrow().apply(settings(PLUMBING));
        settle();
        owner.orElseThrow().apply(settings(PLUMBING + ", " + PID + " VAULT *"));
        awaitNow(consumer, "s", "A");
        move(Duration.ofSeconds(1));
        owner.orElseThrow().apply(settings(PLUMBING));
        awaitNow(consumer, "s", "VAULT://a");
    }

    @Test
    void ruleThatComesLaterIsForWhatWasDeliveredBefore() throws Exception {
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        Consumer first = framework.consumer(PID);
        Consumer second = framework.consumer("acme.second");
        framework.configure(PID, Map.of("s", "VAULT://a"));
        framework.configure("acme.second", Map.of("s", "VAULT://a"));
        awaitNow(first, "s", "A");
        awaitNow(second, "s", "VAULT://a");
        owner.orElseThrow().apply(settings(PLUMBING + ", " + PID + " VAULT a, acme.second VAULT a"));
        awaitNow(second, "s", "A");
    }

    @Test
    void refusedSettingsLeaveTheLastGoodInForce() throws Exception {
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        Consumer consumer = framework.consumer(PID);
        owner.orElseThrow().apply(settings("nonsense"));
        assertThat(log.linesWith("The last good configuration stays in force")).hasSize(1);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "A");
    }

    @Test
    void refusedFirstSettingsResolveNothingUntilTheyAreMended() throws Exception {
        owner = Optional.of(new StartedOwner(
                framework.context(), framework.admin(), TestComponents.NONE, settings("nonsense"), clock::nanos));
        assertThat(log.linesWith("No reference is resolved")).hasSize(1);
        commands = framework.context().getService(framework.context().getServiceReference(SecretCommands.class));
        assertThatThrownBy(commands::recheck).hasMessageContaining("no reference is resolved");
        assertThat(processed(framework.admin().getConfiguration("sentinel", "?"), "n"))
                .isEqualTo("ZZZ://n");
        owner.orElseThrow().apply(settings(PLUMBING));
        awaitNow(sentinel, "n", "0");
    }

    @Test
    void ownConfigurationIsLeftAlone() throws Exception {
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        String targeted = "id.lum.tokenstore|acme";
        own(targeted + " VAULT a, " + PID + " VAULT a");
        Configuration self = framework.configure(targeted, Map.of("s", "VAULT://a"));
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "A");
        settle();
        assertThat(processed(self, "s")).isEqualTo("VAULT://a");
    }

    @Test
    void storeOfTheHighestRankingIsAskedAndOneWithoutAPrefixIsNot() throws Exception {
        own(PID + " VAULT a");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        vault.put("a", "low").register(framework.context(), "VAULT", 1);
        awaitNow(consumer, "s", "low");
        move(Duration.ofSeconds(1));
        ServiceRegistration<TokenStore> high =
                new ScriptedStore().put("a", "high").register(framework.context(), "VAULT", 2);
        awaitNow(consumer, "s", "high");
        assertThat(commands.stores()).contains("not asked: another has its prefix");
        move(Duration.ofSeconds(1));
        high.unregister();
        awaitNow(consumer, "s", "low");
        for (Object prefix : List.of("vault", "", 5, "A-B")) {
            new ScriptedStore().register(framework.context(), prefix, 9);
        }
        Await.until(
                "each is told",
                () -> log.linesWith("is not used: its service property tokenstore.prefix is")
                                .size()
                        == 4);
    }

    @Test
    void afterTheStopNothingIsServedOrDelivered() throws Exception {
        vault.put("a", CANARY).register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", CANARY);
        round();
        ConfigurationPlugin plugin =
                framework.context().getService(framework.context().getServiceReference(ConfigurationPlugin.class));
        int deliveries = consumer.count();
        int asked = vault.asked();
        shut();
        Hashtable<String, Object> properties = new Hashtable<>(Map.of("service.pid", PID, "s", "VAULT://a"));
        plugin.modifyConfiguration(null, properties);
        assertThat(properties.get("s")).isEqualTo("VAULT://a");
        assertThat(processed("s")).isEqualTo("VAULT://a");
        assertThat(consumer.count()).isEqualTo(deliveries);
        assertThat(vault.asked()).isEqualTo(asked);
        awaitNoThread();
        assertThat(framework.context().getServiceReferences(SecretCommands.class, null))
                .isEmpty();

        vault.put("a", "after");
        own(PID + " VAULT a");
        awaitNow(consumer, "s", "after");
        assertThat(consumer.all("s")).endsWith(CANARY, "after");
    }

    /** The store does not even end when it is interrupted. */
    @Test
    void stopDoesNotWaitForASlowStore() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Semaphore release = new Semaphore(0);
        TokenStore slow = (path, metadata) -> {
            asked.countDown();
            release.acquireUninterruptibly();
            return CANARY;
        };
        framework
                .context()
                .registerService(TokenStore.class, slow, new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
        own(PID + " VAULT a");
        framework.configure(PID, Map.of("s", "VAULT://a"));
        framework.consumer(PID);
        try {
            asked.await();
            shut();
            awaitNoThread();
        } finally {
            release.release(100);
        }
    }

    @Test
    void deletedConfigurationIsForgotten() throws Exception {
        vault.put("a", "A").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        awaitNow(consumer, "s", "A");
        configuration().delete();
        round();
        int asked = vault.asked();
        move(Duration.ofSeconds(61));
        round();
        assertThat(vault.asked()).isEqualTo(asked);
        framework.configure(PID, Map.of("s", "VAULT://a"));
        Await.until(
                "it is resolved again",
                () -> vault.asked() > asked && consumer.now("s").equals("A"));
    }

    @Test
    void commandsTellWhatStoresDoAndNeverAValue() throws Exception {
        vault.put("a", CANARY).put("json", "{\"k\":\"" + CANARY + "\"}").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT *");
        assertThat(commands.test("VAULT://a")).startsWith("VAULT of ").endsWith("a value of 13 characters.");
        assertThat(commands.test("VAULT://json|k")).endsWith("a value of 13 characters.");
        assertThat(commands.test("VAULT://json|nope")).endsWith("a value, but the value has no such key.");
        assertThat(commands.test("VAULT://gone")).endsWith("the value could not be retrieved.");
        assertThat(commands.test("FILE://other")).contains("No rule in allow permits");
        assertThat(commands.test("ENV://PATH")).contains("No rule in allow permits");
        assertThat(commands.test("VAULT://a VAULT://b")).contains("That is not one reference");
        assertThat(commands.test(CANARY)).contains("That is not one reference").doesNotContain(CANARY);
        assertThat(commands.test("VAULT://a[")).contains("not closed");
        assertThat(commands.stores())
                .contains("VAULT  ")
                .contains("3 answers, the last 0 s ago; 1 failures, the last 0 s ago: ");
        assertThat(commands.recheck()).startsWith("The stores are asked again for ");
        assertThat(log.linesWith(" tested a reference: ")).hasSize(9);
        assertThat(log.linesWith(" had the stores asked again")).isNotEmpty();
        assertThat(log.lines()).noneMatch(line -> line.contains(CANARY));
        shut();
        assertThatThrownBy(commands::stores).hasMessageContaining("no reference is resolved");
    }

    @Test
    void storesOfOursSayWhatIsWrong() throws Exception {
        Files.createDirectory(secrets.resolve("folder"));
        Files.write(secrets.resolve("large"), new byte[(1 << 20) + 1]);
        own(PID + " FILE *, " + PID + " ENV *");
        assertThat(commands.test("FILE://folder")).endsWith(": that is not a regular file.");
        assertThat(commands.test("FILE://large")).endsWith(": the file is larger than 1 MiB.");
        assertThat(commands.test("ENV://HOME")).endsWith(": the variable is not on the list of names.");
        assertThat(commands.stores()).contains("the file is larger than 1 MiB", "not on the list of names");
    }

    @Test
    void secretIsNowhereButInTheDeliveredProperty() throws Exception {
        Files.writeString(secrets.resolve("bridge"), CANARY + "-file");
        vault.put("a", CANARY + "-vault").register(framework.context(), "VAULT", 0);
        own(PID + " VAULT a, " + PID + " FILE *");
        Consumer consumer = framework.consumer(PID);
        framework.configure(PID, Map.of(".s", "FILE://bridge", "t", "x VAULT://a[role=" + CANARY + "-meta]"));
        awaitNow(consumer, "t", "x " + CANARY + "-vault");
        vault.put("a", CANARY + "-two");
        settle();
        awaitNow(consumer, "t", "x " + CANARY + "-two");
        vault.lose("a");
        Files.delete(secrets.resolve("bridge"));
        settle();
        commands.test("VAULT://a");
        commands.test("FILE://bridge");

        List<String> places = new ArrayList<>(log.lines());
        assertThat(places).anyMatch(line -> line.contains("Updating config"));
        // ConfigAdmin itself logs what is written; the metadata is in there, as part of the reference.
        places.removeIf(line -> line.contains(CANARY + "-meta") && line.contains("VAULT://a[role="));
        places.add(commands.stores());
        places.add(framework.persisted().replace(CANARY + "-meta", ""));
        for (ServiceReference<?> service : framework.context().getAllServiceReferences(null, null)) {
            for (String key : service.getPropertyKeys()) {
                places.add(key + "=" + Arrays.deepToString(new Object[] {service.getProperty(key)}));
            }
            if (service.getBundle().equals(framework.context().getBundle())) {
                places.add(String.valueOf(framework.context().getService(service)));
            }
        }
        Await.until("it is kept as it was written", () -> framework.persisted().contains("FILE://bridge"));
        assertThat(places).noneMatch(place -> place.contains(CANARY));
    }

    private void own(String allow, String... more) throws Exception {
        Map<String, Object> properties = settings(PLUMBING + ", " + allow);
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        owner = Optional.of(new StartedOwner(
                framework.context(), framework.admin(), TestComponents.NONE, properties, clock::nanos));
        commands = framework.context().getService(framework.context().getServiceReference(SecretCommands.class));
    }

    private void shut() {
        owner.ifPresent(StartedOwner::close);
        owner = Optional.empty();
    }

    private Map<String, Object> settings(String allow) {
        return new HashMap<>(Map.of("allow", allow, "file.root", secrets.toString(), "env.names", "PATH"));
    }

    private void move(Duration by) {
        clock.move(by);
        owner.orElseThrow().wake();
    }

    /** All stores are asked again, and whatever comes of it is delivered. */
    private void settle() throws Exception {
        awaitNow(sentinel, "n", settled);
        round();
        move(Duration.ofSeconds(2));
        settled = "settled " + ++rounds;
        last.put("n", settled);
        commands.recheck();
        // Stores are asked in the order of their prefixes, and deliveries are made one after the other.
        awaitNow(sentinel, "n", settled);
    }

    /** What is due now is asked for and delivered; of stores in the order of their prefixes, and this is the last. */
    private void round() throws Exception {
        String value = "round " + ++rounds;
        last.put("r" + rounds, value);
        Configuration instance = framework.admin().getFactoryConfiguration("acme.round", "r" + rounds, "?");
        instance.update(new Hashtable<>(Map.of("n", "ZZZ://r" + rounds)));
        Await.until("the round is over", () -> value.equals(processed(instance, "n")));
    }

    private Configuration configuration() throws Exception {
        return framework.admin().getConfiguration(PID, "?");
    }

    private Object processed(String property) throws Exception {
        return processed(configuration(), property);
    }

    private Object processed(Configuration configuration, String property) {
        Dictionary<String, Object> properties = configuration.getProcessedProperties(
                framework.context().getServiceReference(org.osgi.service.cm.ConfigurationAdmin.class));
        return properties.get(property);
    }

    private static void awaitNoThread() throws Exception {
        Await.until(
                "the thread has ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("lumid-tokenstore-refresh")));
    }

    /** Moves the clock when nothing happens: ConfigAdmin may deliver before it announces, which counts as lost. */
    private void awaitNow(Consumer consumer, String property, Object value) throws Exception {
        AtomicLong since = new AtomicLong(System.nanoTime());
        try {
            Await.until(property + " is delivered", () -> {
                if (System.nanoTime() - since.get() > Duration.ofSeconds(2).toNanos()) {
                    since.set(System.nanoTime());
                    if (owner.isPresent()) {
                        move(Duration.ofSeconds(1));
                    }
                }
                return value.equals(consumer.now(property));
            });
        } catch (AssertionError vain) {
            throw new AssertionError(vain.getMessage() + " " + consumer.all(property) + "\n"
                    + String.join("\n", log.linesWith("tokenstore")));
        }
    }
}
