package id.lum.core.identity;

import static id.lum.core.identity.Calls.NOT_CLAIMED;
import static id.lum.core.identity.Calls.UNAVAILABLE;
import static id.lum.core.identity.Calls.resolve;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import id.lum.hooks.PrincipalContext;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host is told, and what lum.id is asked. */
class IntrospectionTest {
    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final FakeLumid lumid = FakeLumid.start().issue("t1", "u1", "a@b.c", "s2", "s1");

    @AfterEach
    void stop() {
        lumid.close();
    }

    private Introspection asking(Object... settings) {
        return new Introspection(TestSettings.of(lumid, settings), clock, clock::nanos);
    }

    @Test
    void anActiveTokenIsItsSubjects() {
        try (Introspection introspection = asking()) {
            assertThat(introspection.resolve("t1"))
                    .contains(new PrincipalContext("u1", "lumid", "u1", "user", List.of("s2", "s1")));
            assertThat(introspection.emailOf("u1")).contains("a@b.c");
        }
    }

    @Test
    void theQuestionIsAFormSentToTheEndpoint() {
        lumid.issue("a+b/c=&d e", "u2", "");
        try (Introspection introspection = asking("base.url", lumid.url() + "/id/")) {
            assertThat(resolve(introspection, "a+b/c=&d e")).isEqualTo("u2");
            FakeLumid.Request request = lumid.last();
            assertThat(request.line()).isEqualTo("POST /id/oauth/introspect HTTP/1.1");
            assertThat(request.body()).isEqualTo("token=a%2Bb%2Fc%3D%26d+e");
            assertThat(request.headers())
                    .containsEntry("content-type", "application/x-www-form-urlencoded")
                    .containsEntry("accept", "application/json")
                    .doesNotContainKeys("authorization", "accept-encoding", "upgrade", "cookie");
        }
    }

    @Test
    void theClientAuthenticatesItselfIfItIsToldTo() {
        try (Introspection introspection = asking("client.id", "hooks:1", ".client.secret", "p w+%\"~")) {
            assertThat(resolve(introspection, "t1")).isEqualTo("u1");
            String header = lumid.last().headers().get("authorization");
            assertThat(header).startsWith("Basic ");
            assertThat(new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.US_ASCII))
                    .isEqualTo("hooks%3A1:p+w%2B%25%22%7E");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"active\":false}", "{\"active\":true}", "{\"active\":true,\"sub\":\" \"}"})
    void aTokenThatIsNobodysIsNotClaimedAndNotKept(String json) {
        lumid.knows("t2", json);
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "t2")).isEqualTo(NOT_CLAIMED);
            assertThat(resolve(introspection, "t2")).isEqualTo(NOT_CLAIMED);
            assertThat(lumid.requests("t2")).isEqualTo(2);
            assertThat(introspection.metrics().cached()).isZero();
            lumid.issue("t2", "u2", "");
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
        }
    }

    @Test
    void aMissingSubjectIsWarnedOfAndAnInactiveTokenIsNot() {
        lumid.knows("t2", "{\"active\":true,\"sub\":\"\"}");
        try (Introspection introspection = asking();
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            resolve(introspection, "unknown");
            assertThat(log.text()).isEmpty();
            resolve(introspection, "t2");
            assertThat(log.text()).contains("WARN", "active and does not say whose it is");
        }
    }

    static List<String> nonsense() {
        return BearerCandidateTest.nonsense();
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void whatCannotBeATokenIsNotClaimedAndMakesNoRequest(String bearer) {
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, bearer)).isEqualTo(NOT_CLAIMED);
            lumid.stop();
            assertThat(resolve(introspection, bearer))
                    .as("not even one that would fail")
                    .isEqualTo(NOT_CLAIMED);
            assertThat(lumid.requests()).isZero();
        }
    }

    @Test
    void anAnswerIsKeptForAMinuteHoweverOftenItIsUsed() {
        try (Introspection introspection = asking()) {
            for (int second = 0; second < 60; second++) {
                assertThat(resolve(introspection, "t1")).isEqualTo("u1");
                clock.move(Duration.ofSeconds(1));
            }
            assertThat(lumid.requests("t1")).isEqualTo(1);
            assertThat(introspection.metrics().hits()).isEqualTo(59);
            lumid.revoke("t1");
            assertThat(resolve(introspection, "t1")).isEqualTo(NOT_CLAIMED);
            assertThat(introspection.metrics().misses()).isEqualTo(2);
        }
    }

    @Test
    void anAnswerDoesNotOutliveTheToken() {
        lumid.knows("t2", expiringAt(TestSettings.START.plusSeconds(10)));
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
            clock.move(Duration.ofMillis(9999));
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
            assertThat(lumid.requests("t2")).isEqualTo(1);
            clock.move(Duration.ofMillis(1));
            assertThat(resolve(introspection, "t2")).isEqualTo(NOT_CLAIMED);
            assertThat(introspection.metrics().cached()).isZero();
        }
    }

    @Test
    void aLongLivedTokenIsAskedAboutAgainAfterAMinuteAllTheSame() {
        lumid.knows("t2", expiringAt(TestSettings.START.plusSeconds(3600)));
        try (Introspection introspection = asking()) {
            resolve(introspection, "t2");
            clock.move(Duration.ofSeconds(60));
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
            assertThat(lumid.requests("t2")).isEqualTo(2);
        }
    }

    @Test
    void aTokenThatHasExpiredIsNotClaimedWhateverLumidSaysAndBothClocksAreNamed() {
        lumid.knows("t2", expiringAt(TestSettings.START));
        try (Introspection introspection = asking();
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            assertThat(resolve(introspection, "t2")).isEqualTo(NOT_CLAIMED);
            assertThat(introspection.emailOf("u2")).isEmpty();
            clock.move(Duration.ofSeconds(5));
            assertThat(resolve(introspection, "t2")).isEqualTo(NOT_CLAIMED);
            assertThat(log.text().lines()).as("one line a minute").hasSize(1);
            clock.move(Duration.ofSeconds(55));
            assertThat(resolve(introspection, "t2")).isEqualTo(NOT_CLAIMED);
            assertThat(log.text())
                    .contains("WARN", "expired at 2026-05-20T15:21:00Z", "the clock here says 2026-05-20T15:22:00Z");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1779290460\"", "1779290460000000", "[]", "1e10", "true"})
    void anAnswerWithAnUnreadableExpiryIsGivenAndNotKept(String exp) {
        lumid.knows("t2", "{\"active\":true,\"sub\":\"u2\",\"exp\":" + exp + "}");
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
            assertThat(lumid.requests("t2")).isEqualTo(2);
            assertThat(introspection.metrics().cached()).isZero();
        }
    }

    @Test
    void anUnreadableExpiryIsWarnedOfOnceAnHour() {
        lumid.knows("t2", "{\"active\":true,\"sub\":\"u2\",\"exp\":253402300800}");
        try (Introspection introspection = asking();
                CapturedLog log = CapturedLog.without(Calls.HTTP_LIBRARY)) {
            for (int minute = 0; minute < 120; minute++) {
                assertThat(resolve(introspection, "t2")).isEqualTo("u2");
                clock.move(Duration.ofMinutes(1));
            }
            assertThat(log.text().lines())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("WARN", "before the year 10000"));
        }
    }

    @Test
    void aTokenCalledInactiveIsRefusedUnaskedForAsLongAsIsSetAndNoLonger() {
        try (Introspection introspection = asking("cache.rejected.seconds", 30)) {
            assertThat(resolve(introspection, "bad")).isEqualTo(NOT_CLAIMED);
            lumid.issue("bad", "u9", "");
            clock.move(Duration.ofSeconds(29));
            assertThat(resolve(introspection, "bad")).isEqualTo(NOT_CLAIMED);
            assertThat(lumid.requests("bad")).isEqualTo(1);
            assertThat(introspection.metrics().rejected()).isEqualTo(1);
            clock.move(Duration.ofSeconds(1));
            assertThat(resolve(introspection, "bad")).isEqualTo("u9");
            assertThat(introspection.metrics().rejected()).isZero();
        }
    }

    @Test
    void rejectedTokensPushNoGoodAnswerOutAndClearingTheCacheRemovesThemToo() {
        try (Introspection introspection = asking("cache.rejected.seconds", 60, "cache.size", 2)) {
            assertThat(resolve(introspection, "t1")).isEqualTo("u1");
            for (int i = 0; i < 20; i++) {
                assertThat(resolve(introspection, "bad" + i)).isEqualTo(NOT_CLAIMED);
            }
            assertThat(introspection.metrics().rejected()).isEqualTo(2);
            assertThat(resolve(introspection, "t1")).isEqualTo("u1");
            assertThat(lumid.requests("t1")).isEqualTo(1);
            assertThat(introspection.clearCache()).isEqualTo(3);
            assertThat(introspection.metrics().rejected()).isZero();
        }
    }

    @Test
    void asShippedABadTokenIsAskedAboutEveryTime() {
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "bad")).isEqualTo(NOT_CLAIMED);
            assertThat(resolve(introspection, "bad")).isEqualTo(NOT_CLAIMED);
            assertThat(lumid.requests("bad")).isEqualTo(2);
        }
    }

    private static String expiringAt(Instant instant) {
        return "{\"active\":true,\"sub\":\"u2\",\"email\":\"e@f.g\",\"exp\":" + instant.getEpochSecond() + "}";
    }

    @Test
    void noMoreAnswersAreKeptThanAllowed() {
        try (Introspection introspection = asking("cache.size", 3)) {
            for (int i = 0; i < 50; i++) {
                lumid.issue("x" + i, "u" + i, "");
                assertThat(resolve(introspection, "x" + i)).isEqualTo("u" + i);
                assertThat(introspection.metrics().cached()).isLessThanOrEqualTo(3);
            }
            assertThat(introspection.metrics().cached()).isEqualTo(3);
            assertThat(introspection.metrics().evictions()).isEqualTo(47);
        }
    }

    @Test
    void withoutACacheEveryCallAsks() {
        try (Introspection introspection = asking("cache.seconds", 0)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(resolve(introspection, "t1")).isEqualTo("u1");
                assertThat(lumid.requests("t1")).isEqualTo(i);
            }
            assertThat(introspection.metrics().cached()).isZero();
            assertThat(introspection.emailOf("u1")).contains("a@b.c");
        }
    }

    @Test
    void tokensThatDifferInAnythingAreDifferent() {
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "t1")).isEqualTo("u1");
            for (String other : List.of("T1", "t1 ", " t1", "t", "t11")) {
                assertThat(resolve(introspection, other)).isEqualTo(NOT_CLAIMED);
            }
        }
    }

    @Test
    void anAddressIsRememberedForADayFromTheLastCallEvenIfThatAskedNobody() {
        try (Introspection introspection = asking("cache.seconds", 86400)) {
            resolve(introspection, "t1");
            clock.move(Duration.ofHours(23));
            resolve(introspection, "t1");
            assertThat(lumid.requests("t1"))
                    .as("so the second call was answered from the cache")
                    .isEqualTo(1);
            clock.move(Duration.ofHours(24).minusNanos(1));
            assertThat(introspection.emailOf("u1")).contains("a@b.c");
            clock.move(Duration.ofNanos(1));
            assertThat(introspection.emailOf("u1")).isEmpty();
            assertThat(introspection.metrics().emails()).isZero();
        }
    }

    @Test
    void nobodysAddressIsMadeUp() {
        lumid.knows("t2", "{\"active\":true,\"sub\":\"u2\",\"email\":5}");
        try (Introspection introspection = asking()) {
            assertThat(resolve(introspection, "t2")).isEqualTo("u2");
            assertThat(introspection.emailOf("u2")).isEmpty();
            assertThat(introspection.emailOf("stranger")).isEmpty();
        }
    }

    @Test
    void aClosedOneAnswersNothing() {
        Introspection introspection = asking();
        assertThat(resolve(introspection, "t1")).isEqualTo("u1");
        introspection.close();
        introspection.close();
        assertThat(resolve(introspection, "t1")).isEqualTo(UNAVAILABLE);
        assertThat(resolve(introspection, "")).as("nonsense included").isEqualTo(UNAVAILABLE);
        assertThat(introspection.emailOf("u1")).isEmpty();
        assertThat(introspection.metrics().cached()).isZero();
        assertThat(introspection.clearCache()).isZero();
        assertThat(lumid.requests()).isEqualTo(1);
    }

    @Test
    void theMetricsAddUp() {
        try (Introspection introspection = asking("requests.in.flight", 1)) {
            resolve(introspection, "t1");
            resolve(introspection, "t1");
            resolve(introspection, "unknown");
            lumid.answerWith(500, "");
            resolve(introspection, "broken");
            assertThat(introspection.metrics()).isEqualTo(new IntrospectionMetrics(1, 3, 1, 0, 0, 0, 1, 0, 1));
        }
    }
}
