package id.lum.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopDeadlineTest {
    private final ManualClock clock = new ManualClock();

    private StopDeadline deadline(Duration time) {
        return StopDeadline.within(time, clock::nanos);
    }

    @ParameterizedTest
    @CsvSource({"0, 250", "1, 250", "200, 250", "500, 250", "2000, 1000", "5000, 2500", "60000, 10000", "600000, 10000"
    })
    void ofAGraceTimeHalfIsForTheStopWithinBounds(long grace, long expected) {
        assertThat(StopDeadline.timeFor(Duration.ofMillis(grace))).isEqualTo(Duration.ofMillis(expected));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "200", "2000", "60000"})
    void partsOfWhichEachIsUsedUpEndWithTheWhole(long grace) {
        Duration whole = StopDeadline.timeFor(Duration.ofMillis(grace));
        StopDeadline deadline = deadline(whole);
        for (int count : new int[] {2, 4, 1, 1, 3}) {
            clock.move(deadline.part(count).left());
            assertThat(Duration.between(Instant.EPOCH, clock.instant())).isLessThanOrEqualTo(whole);
        }
        assertThat(deadline.left()).isZero();
    }

    @Test
    void aPartThatIsNotUsedIsLeftForTheNext() {
        StopDeadline deadline = deadline(Duration.ofMillis(800));
        assertThat(deadline.part(4).left()).isEqualTo(Duration.ofMillis(200));
        clock.move(Duration.ofMillis(100));
        assertThat(deadline.part(1).left()).isEqualTo(Duration.ofMillis(700));
    }

    @Test
    void anEndThatDoesNotComeIsWaitedForUntilTheDeadlineAndNotLonger() {
        StopDeadline deadline = deadline(Duration.ofSeconds(1));
        Duration[] waited = {Duration.ZERO};
        boolean ended = deadline.await(nanos -> {
            clock.move(Duration.ofNanos(nanos));
            waited[0] = waited[0].plusNanos(nanos);
            return false;
        });
        assertThat(ended).isFalse();
        assertThat(waited[0]).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatHasEndedIsSeenThoughNoTimeIsLeft() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        executor.shutdown();
        assertThat(deadline(Duration.ZERO).await(executor)).isTrue();
        assertThat(deadline(Duration.ZERO).await(new Thread(() -> {}))).isTrue();
    }

    @Test
    void aThreadThatGoesOnIsLeftBehind() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Thread hanging = new Thread(() -> {
            try {
                released.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        hanging.start();
        assertThat(deadline(Duration.ZERO).await(hanging)).isFalse();
        released.countDown();
        assertThat(StopDeadline.unhurried().await(hanging)).isTrue();
    }

    @Test
    void anInterruptedCallerWaitsAllTheSameAndStaysInterrupted() {
        AtomicLong tries = new AtomicLong();
        Thread.currentThread().interrupt();
        boolean ended = deadline(Duration.ofSeconds(1)).await(nanos -> {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return tries.incrementAndGet() == 2;
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).isTrue();
    }
}
