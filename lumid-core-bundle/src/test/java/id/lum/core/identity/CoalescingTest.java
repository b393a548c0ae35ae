package id.lum.core.identity;

import static id.lum.core.identity.Calls.NOT_CLAIMED;
import static id.lum.core.identity.Calls.UNAVAILABLE;
import static id.lum.core.identity.Calls.resolve;
import static id.lum.core.identity.Calls.took;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.identity.Calls.Call;
import id.lum.core.identity.IntrospectionAnswer.Active;
import id.lum.core.identity.IntrospectionAnswer.Unusable;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.testing.Await;
import id.lum.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who ask about the same token at the same time share one request. */
class CoalescingTest {
    private static final int CALLERS = 50;

    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final FakeLumid lumid = FakeLumid.start().issue("t1", "u1", "a@b.c").issue("t2", "u2", "");

    @AfterEach
    void stop() {
        lumid.close();
    }

    private Introspection asking(Object... settings) {
        return new Introspection(TestSettings.of(lumid, settings), clock, clock::nanos);
    }

    private List<Call> waitingCallers(Introspection introspection) {
        lumid.mode(Mode.SLOW);
        List<Call> calls = Calls.start(CALLERS, introspection, "t1");
        Await.until(
                "all wait for one answer",
                () -> introspection.metrics().misses() == CALLERS
                        && lumid.held() == 1
                        && calls.stream().allMatch(Call::isWaiting));
        return calls;
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 0})
    void fiftyCallersMakeOneRequestWithACacheAndWithout(int cacheSeconds) {
        try (Introspection introspection = asking("cache.seconds", cacheSeconds)) {
            List<Call> calls = waitingCallers(introspection);
            assertThat(introspection.metrics().inFlight()).isEqualTo(1);
            lumid.release();
            assertThat(calls).extracting(Call::join).containsOnly("u1").hasSize(CALLERS);
            assertThat(lumid.requests("t1")).isEqualTo(1);
        }
    }

    @Test
    void aTokenThatIsNobodysIsAskedAboutOnceForAllOfThem() {
        lumid.revoke("t1");
        try (Introspection introspection = asking()) {
            List<Call> calls = waitingCallers(introspection);
            lumid.release();
            assertThat(calls).extracting(Call::join).containsOnly(NOT_CLAIMED);
            assertThat(lumid.requests("t1")).isEqualTo(1);
        }
    }

    @Test
    void allOfThemGetTheFailureAndTheNextCallerAsksAnew() {
        try (Introspection introspection = asking()) {
            List<Call> calls = waitingCallers(introspection);
            lumid.stop();
            assertThat(calls).extracting(Call::join).containsOnly(UNAVAILABLE);
            assertThat(lumid.requests("t1")).isEqualTo(1);
            lumid.comeBack();
            lumid.mode(Mode.NORMAL);
            assertThat(resolve(introspection, "t1")).isEqualTo("u1");
        }
    }

    @Test
    void allOfThemWaitNoLongerThanTheTimeout() {
        try (Introspection introspection = asking("request.timeout.ms", 300)) {
            lumid.mode(Mode.SILENT);
            assertThat(took(() -> assertThat(Calls.start(CALLERS, introspection, "t1"))
                            .extracting(Call::join)
                            .containsOnly(UNAVAILABLE)))
                    .isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void callersWhoAreInterruptedLeaveAndTheOthersAreAnswered() {
        try (Introspection introspection = asking()) {
            lumid.mode(Mode.SLOW);
            Call beginner = Calls.start(introspection, "t1");
            Await.until("the first one waits", () -> lumid.held() == 1 && beginner.isWaiting());
            Call joiner = Calls.start(introspection, "t1");
            Call other = Calls.start(introspection, "t1");
            Await.until("the others wait", () -> joiner.isWaiting() && other.isWaiting());
            beginner.thread().interrupt();
            joiner.thread().interrupt();
            assertThat(beginner.join()).isEqualTo(UNAVAILABLE + ", still interrupted");
            assertThat(joiner.join()).isEqualTo(UNAVAILABLE + ", still interrupted");
            lumid.release();
            assertThat(other.join()).isEqualTo("u1");
            assertThat(resolve(introspection, "t1"))
                    .as("and the answer is kept")
                    .isEqualTo("u1");
            assertThat(lumid.requests("t1")).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatEverybodyHasLeftEndsAtItsDeadline() {
        try (Introspection introspection = asking("request.timeout.ms", 5000)) {
            lumid.mode(Mode.SILENT);
            Call only = Calls.start(introspection, "t1");
            Await.until("it waits", () -> lumid.held() == 1 && only.isWaiting());
            only.thread().interrupt();
            assertThat(only.join()).startsWith(UNAVAILABLE);
            Await.until(
                    "the request is given up",
                    () -> lumid.abandoned() == 1 && introspection.metrics().inFlight() == 0);
        }
    }

    @Test
    void differentTokensDoNotWaitForEachOther() {
        try (Introspection introspection = asking()) {
            lumid.mode(Mode.SLOW);
            Call held = Calls.start(introspection, "t1");
            Await.until("lum.id is asked", () -> lumid.held() == 1);
            lumid.mode(Mode.NORMAL);
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
            assertThat(held.outcome()).isNotDone();
            lumid.release();
            assertThat(held.join()).isEqualTo("u1");
        }
    }

    /** Whoever looked into the cache a moment too early finds no request under way and an answer that is there. */
    @Test
    void anAnswerThatCameBetweenLookAndRequestIsUsedAndNotProlonged() {
        TokenCache cache = new TokenCache(TestSettings.of(), clock, clock::nanos, new CacheCounters());
        TokenKey key = TokenKey.of("t1");
        Active active = new Active("u1", Optional.empty(), List.of(), new Expiry.Unstated());
        AtomicInteger requests = new AtomicInteger();
        cache.join(key, () -> CompletableFuture.completedFuture(active));
        clock.move(Duration.ofSeconds(59));
        assertThat(cache.join(key, () -> {
                    requests.incrementAndGet();
                    return new CompletableFuture<>();
                }))
                .isCompletedWithValue(active);
        assertThat(requests).hasValue(0);
        clock.move(Duration.ofSeconds(1));
        assertThat(cache.find(key)).isEmpty();
    }

    @Test
    void aRequestThatCannotEvenBeMadeBlocksNobody() {
        TokenCache cache = new TokenCache(TestSettings.of(), clock, clock::nanos, new CacheCounters());
        TokenKey key = TokenKey.of("t1");
        for (Throwable broken : List.of(new IllegalStateException("planted"), new OutOfMemoryError("planted"))) {
            assertThat(Stream.of(broken).map(failure -> {
                        try {
                            return cache.join(key, () -> {
                                        throw CoalescingTest.<RuntimeException>asUnchecked(failure);
                                    })
                                    .toString();
                        } catch (RuntimeException | Error thrown) {
                            return thrown.getMessage();
                        }
                    }))
                    .containsExactly("planted");
        }
        CompletableFuture<IntrospectionAnswer> failing = new CompletableFuture<>();
        CompletableFuture<IntrospectionAnswer> joined = cache.join(key, () -> failing);
        assertThat(joined).isNotDone();
        failing.completeExceptionally(new IllegalStateException("canary"));
        assertThat(joined).isCompletedWithValue(new Unusable("IllegalStateException"));
    }

    @Test
    void anAnswerThatCannotBeKeptForAnErrorReachesItsCallersAndTheNextOneAsksAgain() {
        AtomicBoolean failing = new AtomicBoolean();
        TokenCache cache = new TokenCache(
                TestSettings.of(),
                clock,
                () -> {
                    if (failing.getAndSet(false)) {
                        throw new OutOfMemoryError("planted");
                    }
                    return clock.nanos();
                },
                new CacheCounters());
        TokenKey key = TokenKey.of("t1");
        Active active = new Active("u1", Optional.empty(), List.of(), new Expiry.Unstated());
        CompletableFuture<IntrospectionAnswer> answer = new CompletableFuture<>();
        CompletableFuture<IntrospectionAnswer> joined = cache.join(key, () -> answer);
        failing.set(true);
        answer.complete(active);
        assertThat(failing).isFalse();
        assertThat(joined).isCompletedWithValue(active);
        assertThat(cache.join(key, () -> CompletableFuture.completedFuture(active)))
                .isCompletedWithValue(active);
        assertThat(cache.find(key)).contains(active);

        failing.set(true);
        assertThatThrownBy(() -> cache.join(key, CompletableFuture::new)).isInstanceOf(OutOfMemoryError.class);
        assertThat(cache.join(key, CompletableFuture::new))
                .as("a look into the cache that failed")
                .isCompletedWithValue(active);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T asUnchecked(Throwable any) throws T {
        throw (T) any;
    }
}
