package id.lum.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.ManualClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmailCacheTest {
    private static final Duration DAY = Duration.ofHours(24);

    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final EmailCache emails = new EmailCache(clock::nanos);

    @Test
    void anAddressIsRememberedForADay() {
        emails.remember("u1", "a@b.c");
        clock.move(DAY.minusNanos(1));
        assertThat(emails.emailOf("u1")).contains("a@b.c");
        assertThat(emails.size()).isEqualTo(1);
        clock.move(Duration.ofNanos(1));
        assertThat(emails.emailOf("u1")).isEmpty();
        assertThat(emails.size()).as("and not kept either").isZero();
    }

    @Test
    void addressesWhoseDayEndedWhileNobodyCountedAreDroppedAtTheNextStart() {
        Map<String, Map.Entry<String, Long>> kept = new LinkedHashMap<>();
        new EmailCache(clock::nanos, kept).remember("u1", "a@b.c");
        clock.move(DAY.minusNanos(1));
        new EmailCache(clock::nanos, kept).remember("u2", "d@e.f");
        clock.move(Duration.ofNanos(1));
        assertThat(kept).containsOnlyKeys("u1", "u2");
        new EmailCache(clock::nanos, kept);
        assertThat(kept).containsOnlyKeys("u2");
    }

    @Test
    void theDayBeginsAnewWhenSeenAgain() {
        emails.remember("u1", "a@b.c");
        emails.remember("u2", "d@e.f");
        clock.move(DAY.minusNanos(1));
        emails.remember("u1", "a@b.c");
        clock.move(DAY.minusNanos(1));
        assertThat(emails.emailOf("u1")).contains("a@b.c");
        assertThat(emails.emailOf("u2")).isEmpty();
        assertThat(emails.size()).isEqualTo(1);
    }

    @Test
    void callsWithinAMinuteCountAsOne() {
        emails.remember("u1", "a@b.c");
        clock.move(Duration.ofMinutes(1).minusNanos(1));
        emails.remember("u1", "a@b.c");
        clock.move(DAY.minusMinutes(1));
        assertThat(emails.emailOf("u1")).contains("a@b.c");
        clock.move(Duration.ofNanos(1));
        assertThat(emails.emailOf("u1")).isEmpty();
    }

    @Test
    void anotherAddressCountsAtOnce() {
        emails.remember("u1", "old@b.c");
        clock.move(Duration.ofSeconds(1));
        emails.remember("u1", "new@b.c");
        clock.move(DAY.minusNanos(1));
        assertThat(emails.emailOf("u1")).contains("new@b.c");
    }

    @Test
    void anAddressThatACallOfEarlierSettingsBringsIsKnown() {
        Map<String, Map.Entry<String, Long>> kept = new LinkedHashMap<>();
        EmailCache earlier = new EmailCache(clock::nanos, kept);
        EmailCache now = new EmailCache(clock::nanos, kept);
        earlier.remember("u1", "a@b.c");
        assertThat(now.emailOf("u1")).contains("a@b.c");
    }

    @Test
    void theLatestAddressCounts() {
        emails.remember("u1", "old@b.c");
        emails.remember("u1", "new@b.c");
        assertThat(emails.emailOf("u1")).contains("new@b.c");
        assertThat(emails.emailOf("U1")).isEmpty();
    }

    @Test
    void theTenThousandAndFirstTakesThePlaceOfWhoWasLongestAway() {
        for (int i = 1; i <= 10_000; i++) {
            emails.remember("u" + i, i + "@b.c");
        }
        clock.move(Duration.ofMinutes(1));
        emails.remember("u1", "1@b.c");
        assertThat(emails.size()).isEqualTo(10_000);
        emails.remember("newcomer", "n@b.c");
        assertThat(emails.size()).isEqualTo(10_000);
        assertThat(emails.emailOf("newcomer")).contains("n@b.c");
        assertThat(emails.emailOf("u1")).contains("1@b.c");
        assertThat(emails.emailOf("u2")).isEmpty();
        assertThat(emails.emailOf("u3")).contains("3@b.c");
    }

    @Test
    void noAddressIsPrinted() {
        emails.remember("canary-sub", "canary@b.c");
        assertThat(emails).hasToString("e-mail addresses: 1");
    }
}
