package id.lum.core.identity;

import static id.lum.core.identity.Calls.NOT_CLAIMED;
import static id.lum.core.identity.Calls.UNAVAILABLE;
import static id.lum.core.identity.Calls.resolve;
import static id.lum.core.identity.Calls.took;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.identity.Calls.Call;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.testing.Await;
import id.lum.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Settings change while calls run. */
class ReconfigurationTest {
    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final FakeLumid lumid = FakeLumid.start().issue("t1", "u1", "a@b.c");
    private final FakeLumid other = FakeLumid.start().issue("t1", "v1", "d@e.f");
    private final Introspection introspection = new Introspection(settings(), clock, clock::nanos);

    @AfterEach
    void stop() {
        introspection.close();
        lumid.close();
        other.close();
    }

    private IntrospectionSettings settings(Object... namesAndValues) {
        return TestSettings.of(lumid, namesAndValues);
    }

    private void reconfigure(Object... namesAndValues) {
        introspection.reconfigure(settings(namesAndValues));
    }

    @Test
    void theOrganisationIsStampedOnAnswersThatAreKept() {
        assertThat(introspection.resolve("t1").orElseThrow().orgId()).isEqualTo("lumid");
        reconfigure("org.id", "acme");
        assertThat(introspection.resolve("t1").orElseThrow().orgId()).isEqualTo("acme");
        assertThat(lumid.requests("t1")).isEqualTo(1);
        assertThat(introspection.metrics().hits()).isEqualTo(1);
    }

    @Test
    void theNextIntrospectionOfTheSameServerKnowsTheAddressesOfTheOneBefore() {
        Map<String, Map<String, Map.Entry<String, Long>>> kept = new HashMap<>();
        EmailMemory memory = authority -> kept.computeIfAbsent(authority, first -> new LinkedHashMap<>());
        PrincipalContext principal;
        try (Introspection first = new Introspection(settings(), memory)) {
            principal = first.resolve("t1").orElseThrow();
            assertThat(first.emailOfMember(principal)).contains("a@b.c");
        }
        try (Introspection next = new Introspection(settings(), memory);
                Introspection elsewhere = new Introspection(TestSettings.of(other), memory)) {
            assertThat(next.emailOfMember(principal)).contains("a@b.c");
            assertThat(elsewhere.emailOfMember(principal)).isEmpty();
            next.reconfigure(settings("org.id", "acme"));
            assertThat(next.emailOfMember(principal))
                    .as("of another organisation")
                    .isEmpty();
        }
    }

    @Test
    void onceClosedWhoPaysCannotBeTold() {
        PrincipalContext principal = introspection.resolve("t1").orElseThrow();
        introspection.close();
        assertThatThrownBy(() -> introspection.emailOfMember(principal))
                .isInstanceOfSatisfying(
                        HookRejection.class,
                        rejection -> assertThat(rejection.status()).isEqualTo(503));
    }

    @Test
    void aShorterTimeHoldsForAnswersThatAreKept() {
        resolve(introspection, "t1");
        clock.move(Duration.ofSeconds(10));
        reconfigure("cache.seconds", 10);
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(2);
        clock.move(Duration.ofSeconds(9));
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(2);
    }

    @Test
    void aLongerTimeHoldsForAnswersThatAreKept() {
        resolve(introspection, "t1");
        reconfigure("cache.seconds", 600);
        clock.move(Duration.ofSeconds(599));
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(1);
    }

    @Test
    void theCacheIsSwitchedOffAndOnAgain() {
        resolve(introspection, "t1");
        reconfigure("cache.seconds", 0);
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(2);
        assertThat(introspection.metrics().cached()).isZero();
        reconfigure("cache.seconds", 60);
        resolve(introspection, "t1");
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(3);
    }

    @Test
    void aCacheThatWasOffFromTheStartCanBeSwitchedOn() {
        try (Introspection second = new Introspection(settings("cache.seconds", 0), clock, clock::nanos)) {
            resolve(second, "t1");
            second.reconfigure(settings("cache.seconds", 60));
            resolve(second, "t1");
            resolve(second, "t1");
            assertThat(lumid.requests("t1")).isEqualTo(2);
        }
    }

    @Test
    void anAnswerThatComesAfterTheCacheWasSwitchedOffIsNotKept() {
        lumid.mode(Mode.SLOW);
        Call late = Calls.start(introspection, "t1");
        Await.until("lum.id is asked", () -> lumid.held() == 1);
        reconfigure("cache.seconds", 0);
        lumid.release();
        assertThat(late.join()).isEqualTo("u1");
        lumid.mode(Mode.NORMAL);
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(2);
    }

    @Test
    void aSmallerCacheShrinksAtOnce() {
        for (int i = 0; i < 20; i++) {
            lumid.issue("x" + i, "u" + i, "");
            resolve(introspection, "x" + i);
        }
        assertThat(introspection.metrics().cached()).isEqualTo(20);
        reconfigure("cache.size", 5);
        assertThat(introspection.metrics().cached()).isEqualTo(5);
    }

    @Test
    void theTimeoutAndTheBoundHoldForTheNextRequest() {
        lumid.mode(Mode.SILENT);
        reconfigure("request.timeout.ms", 60_000, "requests.in.flight", 1);
        Call patient = Calls.start(introspection, "t1");
        Await.until("lum.id is asked", () -> lumid.held() == 1);
        reconfigure("request.timeout.ms", 200, "requests.in.flight", 2);
        assertThat(took(() -> assertThat(resolve(introspection, "t2")).isEqualTo(UNAVAILABLE)))
                .isLessThan(Duration.ofSeconds(20));
        assertThat(lumid.requests("t2")).as("so there was room for it").isEqualTo(1);
        assertThat(patient.outcome()).as("began with a longer timeout").isNotDone();
    }

    @Test
    void anotherServerBeginsWithNothing() {
        resolve(introspection, "t1");
        assertThat(introspection.emailOf("u1")).contains("a@b.c");
        introspection.reconfigure(TestSettings.of(other));
        assertThat(introspection.emailOf("u1")).isEmpty();
        assertThat(introspection.metrics().cached()).isZero();
        assertThat(introspection.metrics().emails()).isZero();
        assertThat(resolve(introspection, "t1")).isEqualTo("v1");
        assertThat(lumid.requests("t1")).isEqualTo(1);
        reconfigure();
        assertThat(introspection.emailOf("v1")).isEmpty();
        assertThat(resolve(introspection, "t1")).isEqualTo("u1");
        assertThat(lumid.requests("t1")).as("what it knew once is gone").isEqualTo(2);
    }

    @Test
    void anotherPathOnTheSameServerIsAnotherServer() {
        resolve(introspection, "t1");
        reconfigure("base.url", lumid.url() + "/tenant");
        assertThat(introspection.emailOf("u1")).isEmpty();
        resolve(introspection, "t1");
        assertThat(lumid.last().line()).startsWith("POST /tenant/oauth/introspect ");
    }

    @Test
    void anotherClientBeginsWithNothing() {
        resolve(introspection, "t1");
        reconfigure("client.id", "one", ".client.secret", "x");
        assertThat(introspection.emailOf("u1")).isEmpty();
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(2);
        reconfigure("client.id", "two", ".client.secret", "x");
        assertThat(introspection.emailOf("u1")).isEmpty();
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(3);
        reconfigure();
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(4);
    }

    @Test
    void anotherSecretOfTheSameClientKeepsEverythingAndIsUsedAtOnce() {
        reconfigure("client.id", "one", ".client.secret", "x");
        resolve(introspection, "t1");
        String before = lumid.last().headers().get("authorization");
        reconfigure("client.id", "one", ".client.secret", "y");
        assertThat(introspection.emailOf("u1")).contains("a@b.c");
        resolve(introspection, "t1");
        assertThat(lumid.requests("t1")).isEqualTo(1);
        resolve(introspection, "t2");
        assertThat(lumid.last().headers().get("authorization"))
                .startsWith("Basic ")
                .isNotEqualTo(before);
    }

    @Test
    void anAnswerThatComesAfterTheServerChangedAnswersItsCallerAndEntersNothing() {
        lumid.mode(Mode.SLOW);
        Call late = Calls.start(introspection, "t1");
        Await.until("lum.id is asked", () -> lumid.held() == 1);
        introspection.reconfigure(TestSettings.of(other));
        lumid.release();
        assertThat(late.join()).isEqualTo("u1");
        assertThat(introspection.emailOf("u1")).isEmpty();
        assertThat(introspection.metrics().cached()).isZero();
        assertThat(introspection.metrics().emails()).isZero();
        assertThat(resolve(introspection, "t1")).isEqualTo("v1");
    }

    @Test
    void anAnswerThatComesAfterTheClientChangedAnswersItsCallerAndEntersNothing() {
        lumid.mode(Mode.SLOW);
        Call late = Calls.start(introspection, "t1");
        Await.until("lum.id is asked", () -> lumid.held() == 1);
        reconfigure("client.id", "one", ".client.secret", "x");
        Call joinsNobody = Calls.start(introspection, "t1");
        Await.until("lum.id is asked twice", () -> lumid.held() == 2);
        lumid.mode(Mode.NORMAL);
        lumid.revoke("t1");
        lumid.release();
        assertThat(late.join()).isEqualTo("u1");
        assertThat(joinsNobody.join()).isEqualTo("u1");
        introspection.clearCache();
        assertThat(resolve(introspection, "t1")).isEqualTo(NOT_CLAIMED);
    }

    @Test
    void aServerThatIsStuckDoesNotHoldUpItsSuccessor() {
        reconfigure("request.timeout.ms", 60_000, "requests.in.flight", 1);
        lumid.mode(Mode.SILENT);
        Call stuck = Calls.start(introspection, "t1");
        Await.until("lum.id is asked", () -> lumid.held() == 1);
        introspection.reconfigure(TestSettings.of(other, "requests.in.flight", 1));
        assertThat(resolve(introspection, "t1")).isEqualTo("v1");
        assertThat(stuck.outcome()).isNotDone();
    }

    @Test
    void clearingTheCacheRemovesAnswersAndNotAddresses() {
        resolve(introspection, "t1");
        lumid.revoke("t1");
        assertThat(introspection.clearCache()).isEqualTo(1);
        assertThat(introspection.metrics().cached()).isZero();
        assertThat(introspection.emailOf("u1")).contains("a@b.c");
        assertThat(resolve(introspection, "t1")).isEqualTo(NOT_CLAIMED);
    }

    @Test
    void anAnswerThatWasOnItsWayWhenTheCacheWasClearedIsNotKept() {
        lumid.mode(Mode.SLOW);
        Call late = Calls.start(introspection, "t1");
        Await.until("lum.id is asked", () -> lumid.held() == 1);
        introspection.clearCache();
        assertThat(introspection.metrics().inFlight())
                .as("and is still counted")
                .isEqualTo(1);
        lumid.release();
        assertThat(late.join()).isEqualTo("u1");
        lumid.mode(Mode.NORMAL);
        lumid.revoke("t1");
        assertThat(resolve(introspection, "t1")).isEqualTo(NOT_CLAIMED);
    }

    @Test
    void aClosedOneIsNotReconfigured() {
        introspection.close();
        assertThatThrownBy(this::reconfigure).isInstanceOf(IllegalStateException.class);
        assertThat(resolve(introspection, "t1")).isEqualTo(UNAVAILABLE);
    }

    /** Every kind of change, over and over, while calls run: none fails, and each answer is one of the two servers'. */
    @Test
    void noCallFailsBecauseOfAChange() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        List<CompletableFuture<List<String>>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(CompletableFuture.supplyAsync(
                    () -> {
                        List<String> failures = new ArrayList<>();
                        while (!done.get()) {
                            String answer = resolve(introspection, "t1");
                            calls.incrementAndGet();
                            if (!answer.equals("u1") && !answer.equals("v1")) {
                                failures.add(answer);
                            }
                        }
                        return failures;
                    },
                    task -> new Thread(task, "caller").start()));
        }
        try {
            for (int round = 0; round < 100; round++) {
                int before = calls.get();
                reconfigure("org.id", "org" + round, "cache.seconds", round % 2, "cache.size", 1 + round % 3);
                introspection.reconfigure(TestSettings.of(other, "requests.in.flight", 10 + round));
                introspection.clearCache();
                reconfigure("client.id", "c" + round, ".client.secret", "x");
                Await.until("calls go on", () -> calls.get() >= before + 8);
            }
        } finally {
            done.set(true);
        }
        for (CompletableFuture<List<String>> caller : callers) {
            assertThat(Await.result(caller)).isEmpty();
        }
    }
}
