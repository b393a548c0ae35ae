package id.lum.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmailCacheTest {
    private static final Duration DAY = Duration.ofHours(24);

    private final ManualTime time = new ManualTime();
    private final EmailCache accounts = new EmailCache(time);

    @Test
    void anAddressIsRememberedForADay() {
        accounts.remember("u1", "a@b.c");
        time.pass(DAY.minusNanos(1));
        assertThat(accounts.emailOf("u1")).contains("a@b.c");
        assertThat(accounts.size()).isEqualTo(1);
        time.pass(Duration.ofNanos(1));
        assertThat(accounts.emailOf("u1")).isEmpty();
        assertThat(accounts.size()).as("and not kept either").isZero();
    }

    @Test
    void addressesWhoseDayEndedWhileNobodyCountedAreDroppedAtTheNextStart() {
        Map<String, Map.Entry<String, Long>> kept = new LinkedHashMap<>();
        new EmailCache(time, kept).remember("u1", "a@b.c");
        time.pass(DAY.minusNanos(1));
        new EmailCache(time, kept).remember("u2", "d@e.f");
        time.pass(Duration.ofNanos(1));
        assertThat(kept).containsOnlyKeys("u1", "u2");
        new EmailCache(time, kept);
        assertThat(kept).containsOnlyKeys("u2");
    }

    @Test
    void theDayBeginsAnewWhenSeenAgain() {
        accounts.remember("u1", "a@b.c");
        accounts.remember("u2", "d@e.f");
        time.pass(DAY.minusNanos(1));
        accounts.remember("u1", "a@b.c");
        time.pass(DAY.minusNanos(1));
        assertThat(accounts.emailOf("u1")).contains("a@b.c");
        assertThat(accounts.emailOf("u2")).isEmpty();
        assertThat(accounts.size()).isEqualTo(1);
    }

    @Test
    void theLatestAddressCounts() {
        accounts.remember("u1", "old@b.c");
        accounts.remember("u1", "new@b.c");
        assertThat(accounts.emailOf("u1")).contains("new@b.c");
        assertThat(accounts.emailOf("U1")).isEmpty();
    }

    @Test
    void theTenThousandAndFirstTakesThePlaceOfWhoWasLongestAway() {
        for (int i = 1; i <= 10_000; i++) {
            accounts.remember("u" + i, i + "@b.c");
        }
        accounts.remember("u1", "1@b.c");
        assertThat(accounts.size()).isEqualTo(10_000);
        accounts.remember("newcomer", "n@b.c");
        assertThat(accounts.size()).isEqualTo(10_000);
        assertThat(accounts.emailOf("newcomer")).contains("n@b.c");
        assertThat(accounts.emailOf("u1")).contains("1@b.c");
        assertThat(accounts.emailOf("u2")).isEmpty();
        assertThat(accounts.emailOf("u3")).contains("3@b.c");
    }

    @Test
    void noAddressIsPrinted() {
        accounts.remember("canary-sub", "canary@b.c");
        assertThat(accounts).hasToString("1 accounts");
    }
}
