package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampsTest {
    @Test
    void aStampHasSixDigitsOrNoneAndAlwaysTheOffset() {
        assertThat(Timestamps.text(Instant.parse("2026-05-20T15:21:00.123456Z")))
                .isEqualTo("2026-05-20T15:21:00.123456+00:00");
        assertThat(Timestamps.text(Instant.parse("2026-05-20T15:21:00Z"))).isEqualTo("2026-05-20T15:21:00+00:00");
        assertThat(Timestamps.text(Instant.parse("2026-05-20T15:21:00.000001Z")))
                .isEqualTo("2026-05-20T15:21:00.000001+00:00");
        assertThat(Timestamps.text(Instant.parse("2026-05-20T15:21:00.5Z")))
                .isEqualTo("2026-05-20T15:21:00.500000+00:00");
        assertThat(Timestamps.text(Instant.parse("2026-05-20T15:21:00.000000999Z")))
                .isEqualTo("2026-05-20T15:21:00+00:00");
    }

    @Test
    void textsSortAsTheirTimesDo() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Instant> instants = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            // Many meet within one second, some on the second itself.
            long micros =
                    random.nextInt(3) == 0 ? 0 : random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(1_000_000);
            instants.add(Instant.parse("2026-05-20T15:20:58Z")
                    .plusSeconds(random.nextInt(4))
                    .plusNanos(micros * 1000));
        }
        List<String> byTime = instants.stream().sorted().map(Timestamps::text).toList();
        assertThat(byTime).as("seed " + seed).isSorted();
    }

    @Test
    void aClockThatStandsOrIsSetBackStampsInTheSessionAndLaterThanBefore() {
        ManualClock clock = new ManualClock(Stores.SESSION.minusSeconds(3600));
        Timestamps timestamps = new Timestamps(clock, Stores.SESSION);
        assertThat(timestamps.next()).isEqualTo(timestamps.sessionStart());
        assertThat(timestamps.next()).isEqualTo(Timestamps.text(Stores.SESSION.plusNanos(1000)));
        clock.move(Duration.ofHours(2));
        String later = timestamps.next();
        assertThat(timestamps.next()).isGreaterThan(later);
        clock.move(Duration.ofHours(-2));
        assertThat(timestamps.next()).isGreaterThan(later);
    }

    @Test
    void aStampInTheSessionsFirstMicrosecondIsNotBeforeIt() {
        Instant start = Stores.SESSION.plusNanos(1_999);
        Timestamps timestamps = new Timestamps(new ManualClock(Stores.SESSION.plusNanos(1_001)), start);
        assertThat(timestamps.next()).isGreaterThanOrEqualTo(timestamps.sessionStart());
    }
}
