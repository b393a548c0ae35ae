package id.lum.core.identity;

import static id.lum.core.identity.Calls.UNAVAILABLE;
import static id.lum.core.identity.Calls.resolve;
import static id.lum.core.identity.Calls.took;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import id.lum.testing.Together;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever lum.id does wrong is a 503 in time, is not remembered, and is over as soon as lum.id is well again. */
class FailuresTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    /** What a busy machine may add to a deadline. Far less than what a server that is waited for would take. */
    private static final Duration SLACK = Duration.ofSeconds(20);

    /** What a connection looks like that the other side has given up. */
    private static final Set<Mode> DEAD_CONNECTION = EnumSet.of(Mode.CLOSING, Mode.CUT_BODY);

    /** A connection may be dead on which no head comes. On a busy machine the time is up before it is replaced. */
    private static final Set<Mode> SILENT_CONNECTION = EnumSet.of(Mode.SLOW, Mode.SILENT, Mode.DRIPPING_HEAD);

    /** What is an answer only after some time, or never. */
    private static final Set<Mode> ENDLESS = EnumSet.of(Mode.SLOW, Mode.SILENT, Mode.DRIPPING_BODY, Mode.DRIPPING_HEAD);

    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final FakeLumid lumid =
            FakeLumid.start().issue("t1", "u1", "a@b.c").issue("kept", "u2", "").issue("fresh", "u3", "");

    @AfterEach
    void stop() {
        lumid.close();
    }

    private Introspection asking(Object... settings) {
        return new Introspection(TestSettings.of(lumid, settings), clock, clock::nanos);
    }

    /** Only while nothing comes in time anyway: a busy machine may need longer for an answer that is there at once. */
    private void beImpatient(Introspection introspection) {
        introspection.reconfigure(TestSettings.of(lumid, "request.timeout.ms", TIMEOUT.toMillis()));
    }

    private void bePatient(Introspection introspection) {
        introspection.reconfigure(TestSettings.of(lumid));
    }

    private static void assertUnavailable(Introspection introspection) {
        String[] outcome = {""};
        assertThat(took(() -> outcome[0] = resolve(introspection, "t1"))).isLessThan(TIMEOUT.plus(SLACK));
        assertThat(outcome[0]).isEqualTo(UNAVAILABLE);
    }

    private void assertWellAgain(Introspection introspection) {
        assertThat(introspection.metrics().cached())
                .as("only what was kept before")
                .isEqualTo(1);
        assertThat(introspection.emailOf("u1")).isEmpty();
        Await.until("no request is in flight", () -> introspection.metrics().inFlight() == 0);
        assertThat(resolve(introspection, "t1")).isEqualTo("u1");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NORMAL", "STATUS"})
    void aServerThatMisbehavesIsA503InTimeAndRecoveryIsAtOnce(Mode mode) {
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.mode(mode);
            if (ENDLESS.contains(mode)) {
                beImpatient(introspection);
            }
            assertUnavailable(introspection);
            bePatient(introspection);
            int asked = lumid.requests("t1");
            assertThat(asked)
                    .as("asked once more where the kept connection seemed dead")
                    .isBetween(
                            DEAD_CONNECTION.contains(mode) ? 2 : 1,
                            DEAD_CONNECTION.contains(mode) || SILENT_CONNECTION.contains(mode) ? 2 : 1);
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.mode(Mode.NORMAL);
            assertWellAgain(introspection);
            if (!SILENT_CONNECTION.contains(mode)) {
                assertThat(lumid.requests("t1")).isEqualTo(asked + 1);
            }
            assertThat(introspection.metrics().failures()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                201, 202, 203, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 407, 429, 500, 502, 503,
                599
            })
    void anyOtherStatusThan200IsA503AndLogged(int status) {
        boolean bodiless = status == 204 || status == 304;
        try (Introspection introspection = asking();
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.answerWith(status, bodiless ? "" : "{\"active\":true,\"sub\":\"u1\"}");
            assertUnavailable(introspection);
            assertThat(log.text())
                    .contains(
                            "WARN",
                            "status " + status + (status == 407 ? " of a proxy" : "") + ", body: "
                                    + (bodiless ? "" : "{\"active\""));
            lumid.mode(Mode.NORMAL);
            assertWellAgain(introspection);
        }
    }

    @Test
    void anAbsentServerIsA503AndRecoveryIsAtOnce() {
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.stop();
            assertUnavailable(introspection);
            assertUnavailable(introspection);
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.comeBack();
            assertWellAgain(introspection);
        }
    }

    @Test
    void aStrangerWhoseTokensFailCausesFewLinesAndEveryFailureIsCounted() {
        try (Introspection introspection = asking("cache.seconds", 0);
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            for (int i = 0; i < 500; i++) {
                lumid.answerWith(400, "{\"error\":\"" + i + "\"}");
                assertThat(resolve(introspection, "stranger" + i)).isEqualTo(UNAVAILABLE);
                lumid.mode(Mode.NORMAL);
                assertThat(resolve(introspection, "t1")).isEqualTo("u1");
                clock.move(Duration.ofMillis(100));
            }
            assertThat(log.text().lines().filter(line -> !line.contains("] DEBUG ")))
                    .hasSize(2);
            assertThat(introspection.metrics().failures()).isEqualTo(500);
        }
    }

    @Test
    void anOutageOfTenThousandCallsLeavesALineAtItsBeginningOneAtItsEndAndRightMetrics() throws Exception {
        try (Introspection introspection = asking();
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            lumid.stop();
            Together.run(thread -> {
                for (int call = 0; call < 10_000 / Together.THREADS; call++) {
                    assertThat(resolve(introspection, "token-" + thread + "-" + call))
                            .isEqualTo(UNAVAILABLE);
                    clock.move(Duration.ofMillis(10));
                }
            });
            lumid.comeBack();
            assertThat(resolve(introspection, "t1")).isEqualTo("u1");
            assertThat(log.lines().stream().filter(line -> line.matches(".*] (INFO|WARN|ERROR) .*")))
                    .satisfiesExactly(
                            begin -> assertThat(begin).contains(" WARN ", "lum.id at ", "connection refused"),
                            end -> assertThat(end)
                                    .contains(" INFO ", "answers again after 10000 failures in ")
                                    .endsWith(" s."));
            assertThat(introspection.metrics().failures()).isEqualTo(10_000);
            assertThat(introspection.metrics().refusedCalls()).isZero();
            assertThat(introspection.metrics().misses()).isEqualTo(10_001);
        }
    }

    @Test
    void afterAChangeOfSettingsTheFirstFailureHasALineAndOneOfACallFromBeforeTakesNoneAway() {
        try (Introspection introspection = asking();
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            lumid.mode(Mode.SILENT);
            Calls.Call before = Calls.start(introspection, "t1");
            Await.until("lum.id is asked", () -> lumid.held() == 1);
            introspection.reconfigure(TestSettings.of(lumid, "request.timeout.ms", 1000));
            lumid.stop();
            assertThat(before.join()).isEqualTo(UNAVAILABLE);
            lumid.comeBack();
            assertThat(resolve(introspection, "t1")).isEqualTo(UNAVAILABLE);
            introspection.reconfigure(TestSettings.of(lumid, "request.timeout.ms", 1100));
            assertThat(resolve(introspection, "t1")).isEqualTo(UNAVAILABLE);
            assertThat(log.text().lines().filter(line -> line.contains("WARN")))
                    .hasSize(3)
                    .anySatisfy(line -> assertThat(line).contains("within 1000 ms"))
                    .anySatisfy(line -> assertThat(line).contains("within 1100 ms"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", ".", "~", "&", "\\"})
    void aTokenOfPunctuationFailsLikeAnyOther(String character) {
        try (Introspection introspection = asking();
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            lumid.answerWith(400, "{\"error\":\"invalid_request\"}");
            assertThat(resolve(introspection, character.repeat(8192))).isEqualTo(UNAVAILABLE);
            assertThat(log.text()).contains("status 400, body: {\"error\":\"invalid_request\"}");
            assertThat(introspection.metrics().failures()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatIsMalformedIsA503() {
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.knows("t1", "{\"active\":true,\"sub\":\"u1\",\"sub\":\"u2\"}");
            assertUnavailable(introspection);
            lumid.issue("t1", "u1", "");
            assertWellAgain(introspection);
        }
    }

    @Test
    void redirectsAreNotFollowed() {
        try (Introspection introspection = asking()) {
            lumid.mode(Mode.REDIRECT);
            assertThat(resolve(introspection, "t1")).isEqualTo(UNAVAILABLE);
            assertThat(lumid.latest())
                    .extracting(FakeLumid.Request::line)
                    .containsExactly("POST /oauth/introspect HTTP/1.1");
        }
    }

    /** With a timeout that plays no part: it is the size that ends it. */
    @Test
    void aBodyWithoutEndIsGivenUpAtItsBound() {
        try (Introspection introspection = asking()) {
            lumid.mode(Mode.HUGE);
            assertThat(took(() -> assertThat(resolve(introspection, "t1")).isEqualTo(UNAVAILABLE)))
                    .isLessThan(SLACK);
            Await.until("the request is given up", () -> lumid.abandoned() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SILENT", "DRIPPING_BODY", "DRIPPING_HEAD"})
    void atTheDeadlineTheConnectionIsGivenUpToo(Mode mode) {
        try (Introspection introspection = asking()) {
            lumid.mode(mode);
            beImpatient(introspection);
            assertThat(took(() -> assertThat(resolve(introspection, "t1")).isEqualTo(UNAVAILABLE)))
                    .isGreaterThanOrEqualTo(TIMEOUT)
                    .isLessThan(TIMEOUT.plus(SLACK));
            Await.until("the request is given up", () -> lumid.abandoned() == 1 && lumid.connected() == 0);
        }
    }

    @Test
    void aConnectionIsKeptWhileAllIsWell() {
        try (Introspection introspection = asking("cache.seconds", 0)) {
            for (int i = 0; i < 20; i++) {
                assertThat(resolve(introspection, "t1")).isEqualTo("u1");
            }
            assertThat(lumid.connected()).isEqualTo(1);
        }
    }

    @Test
    void tooManyRequestsInFlightAreA503AtOnceAndKeptAnswersAreNotAffected() {
        try (Introspection introspection = asking("requests.in.flight", 2);
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.mode(Mode.SLOW);
            Calls.Call first = Calls.start(introspection, "t1");
            Calls.Call second = Calls.start(introspection, "fresh");
            Await.until("lum.id is asked twice", () -> lumid.held() == 2);
            assertThat(introspection.metrics().inFlight()).isEqualTo(2);
            assertThat(took(() -> assertThat(resolve(introspection, "third")).isEqualTo(UNAVAILABLE)))
                    .isLessThan(SLACK);
            assertThat(lumid.requests("third")).isZero();
            assertThat(log.text()).contains("WARN", "requests.in.flight");
            assertThat(introspection.metrics().refusedCalls()).isEqualTo(1);
            assertThat(resolve(introspection, "kept")).isEqualTo("u2");
            lumid.release();
            assertThat(first.join()).isEqualTo("u1");
            assertThat(second.join()).isEqualTo("u3");
            lumid.mode(Mode.NORMAL);
            assertThat(introspection.metrics().inFlight()).isZero();
            assertThat(resolve(introspection, "third")).isEqualTo(Calls.NOT_CLAIMED);
        }
    }

    @Test
    void slotsAreGivenBackHoweverARequestEnds() {
        try (Introspection introspection = asking("requests.in.flight", 1, "request.timeout.ms", 100)) {
            // Whether an answer comes in that time does not matter.
            for (Mode mode : Mode.values()) {
                lumid.mode(mode);
                resolve(introspection, "t1");
                introspection.clearCache();
            }
            lumid.stop();
            resolve(introspection, "t1");
            lumid.comeBack();
            lumid.mode(Mode.NORMAL);
            assertThat(introspection.metrics().refusedCalls()).isZero();
            Await.until("no request is in flight", () -> introspection.metrics().inFlight() == 0);
            introspection.reconfigure(TestSettings.of(lumid, "requests.in.flight", 1));
            assertThat(resolve(introspection, "t1")).isEqualTo("u1");
        }
    }
}
