package id.lum.support.log;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageLogTest {
    private final CapturedLog log = new CapturedLog();
    private final ManualClock clock = new ManualClock();
    private final OutageLog outages = new OutageLog(LoggerFactory.getLogger(OutageLogTest.class), clock::nanos);

    @AfterEach
    void stop() {
        log.close();
    }

    private List<String> lines() {
        List<String> lines =
                log.lines().stream().filter(line -> !line.contains("] DEBUG ")).toList();
        log.clear();
        return lines;
    }

    @Test
    void anOutageHasALineWhenItBeginsOneForEachFurtherCauseAndOneWhenItEnds() {
        outages.succeeded("it");
        outages.failed("it", "refused", "refused: there");
        assertThat(lines()).singleElement().asString().contains("WARN", "it: refused: there.");
        for (int i = 0; i < 100; i++) {
            clock.move(Duration.ofMinutes(2));
            outages.failed("it", "refused", "refused: there");
        }
        assertThat(lines()).isEmpty();
        outages.failed("it", "timeout", "too late");
        assertThat(lines()).singleElement().asString().contains("it: too late. It is failure 102 in 12000 s.");
        outages.succeeded("it");
        assertThat(lines())
                .singleElement()
                .asString()
                .contains("INFO", "it answers again after 102 failures in 12000 s");
        outages.succeeded("it");
        assertThat(lines()).isEmpty();
    }

    @Test
    void outagesThatComeAndGoHaveALineAMinute() {
        for (int i = 0; i < 600; i++) {
            outages.failed("it", "refused", "refused");
            outages.succeeded("it");
            clock.move(Duration.ofSeconds(1));
        }
        assertThat(lines()).hasSize(20);
    }

    @Test
    void anOutageThatBeganTooSoonForALineHasOneLater() {
        outages.failed("it", "refused", "refused");
        outages.succeeded("it");
        lines();
        outages.failed("it", "refused", "refused");
        assertThat(lines()).isEmpty();
        clock.move(Duration.ofMinutes(1));
        outages.failed("it", "refused", "refused");
        assertThat(lines()).singleElement().asString().contains("It is failure 2 in 60 s.");
    }

    @Test
    void aDetailThatIsASentenceHasOneFullStop() {
        outages.failed("it", "full", "There is no room.");
        assertThat(lines()).singleElement().asString().contains("it: There is no room. More of this kind");
    }

    @Test
    void whereQuietIsAskedForAFailureOfEverySecondCallIsOneOutage() {
        OutageLog patient =
                new OutageLog(LoggerFactory.getLogger(OutageLogTest.class), clock::nanos, Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            patient.failed("it", "refused", "refused");
            clock.move(Duration.ofSeconds(59));
            patient.succeeded("it");
        }
        assertThat(lines()).hasSize(1);
        clock.move(Duration.ofSeconds(1));
        patient.succeeded("it");
        assertThat(lines()).singleElement().asString().contains("it answers again after 100 failures in 5901 s");
    }

    @Test
    void aSuccessWithoutAnOutageDoesNotEvenReadTheClock() {
        AtomicInteger reads = new AtomicInteger();
        OutageLog counted = new OutageLog(LoggerFactory.getLogger(OutageLogTest.class), reads::incrementAndGet);
        counted.succeeded("it");
        assertThat(reads).hasValue(0);
        counted.failed("it", "refused", "refused");
        counted.succeeded("it");
        counted.succeeded("it");
        assertThat(reads).hasValue(2);
    }

    @Test
    void causesWithoutEndHaveLinesWithAnEnd() {
        for (int i = 0; i < 1000; i++) {
            outages.failed("it", "cause " + i, "some");
        }
        assertThat(lines()).hasSize(64);
    }
}
