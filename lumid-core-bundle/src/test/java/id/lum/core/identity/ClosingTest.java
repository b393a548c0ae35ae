package id.lum.core.identity;

import static id.lum.core.identity.Calls.UNAVAILABLE;
import static id.lum.core.identity.Calls.resolve;
import static id.lum.core.identity.Calls.took;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.identity.Calls.Call;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.testing.Await;
import id.lum.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing ends everything, soon. */
class ClosingTest {
    /** A third of what a call in flight would take by itself. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final FakeLumid lumid = FakeLumid.start().issue("t1", "u1", "");

    @AfterEach
    void stop() {
        lumid.close();
    }

    private Introspection patient() {
        return new Introspection(TestSettings.of(lumid), clock, clock::nanos);
    }

    private static List<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("lum.id introspection"))
                .toList();
    }

    /** A pool has terminated a moment before its threads have; idle, they would stay for longer than this waits. */
    private static void assertOwnThreadsAreGone() {
        Await.until("its threads have ended", () -> ownThreads().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOW", "SILENT", "DRIPPING_BODY", "DRIPPING_HEAD"})
    void callsInFlightAreAnsweredAndTheirConnectionsClosed(Mode mode) {
        Introspection introspection = patient();
        lumid.mode(mode);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(Calls.start(introspection, "x" + i));
        }
        Await.until(
                "all wait for an answer",
                () -> lumid.requests() == 20 && calls.stream().allMatch(Call::isWaiting));
        assertThat(ownThreads())
                .as("so the search below looks for the right name")
                .isNotEmpty();
        assertThat(took(() -> {
                    introspection.close();
                    assertThat(calls).extracting(Call::join).containsOnly(UNAVAILABLE);
                }))
                .isLessThan(SOON);
        assertOwnThreadsAreGone();
        assertThat(introspection.metrics().inFlight()).isZero();
        lumid.release();
        Await.until("no connection is left", () -> lumid.connected() == 0);
    }

    @Test
    void noThreadIsLeftWhenAllAreClosed() {
        for (int i = 0; i < 30; i++) {
            try (Introspection introspection = patient()) {
                assertThat(resolve(introspection, "t1")).isEqualTo("u1");
            }
        }
        assertOwnThreadsAreGone();
    }

    @Test
    void closingAnIdleOneTakesNoTime() {
        Introspection introspection = patient();
        assertThat(took(introspection::close)).isLessThan(SOON);
        Introspection used = patient();
        resolve(used, "t1");
        assertThat(took(used::close)).isLessThan(SOON);
    }

    @Test
    void whoIsInterruptedWhileClosingStillCloses() {
        Introspection introspection = patient();
        lumid.mode(Mode.SILENT);
        Call call = Calls.start(introspection, "t1");
        Await.until("lum.id is asked", () -> lumid.held() == 1);
        Thread.currentThread().interrupt();
        introspection.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(call.join()).isEqualTo(UNAVAILABLE);
        assertOwnThreadsAreGone();
    }

    @Test
    void callsThatRaceWithClosingAreAnsweredOneWayOrTheOther() {
        for (int round = 0; round < 50; round++) {
            Introspection introspection = patient();
            List<Call> calls = Calls.start(4, introspection, "t1");
            introspection.close();
            assertThat(calls).extracting(Call::join).isSubsetOf("u1", UNAVAILABLE);
        }
        assertOwnThreadsAreGone();
    }
}
