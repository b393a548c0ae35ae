package id.lum.support.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageLogTest {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private final OutageLog outages = new OutageLog(LoggerFactory.getLogger(OutageLogTest.class), nanos::get);

    OutageLogTest() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setErr(before);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<String> lines() {
        List<String> lines = bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.contains("] DEBUG "))
                .toList();
        bytes.reset();
        return lines;
    }

    @Test
    void anOutageHasALineWhenItBeginsOneForEachFurtherCauseAndOneWhenItEnds() {
        outages.succeeded("it");
        outages.failed("it", "refused", "refused: there");
        assertThat(lines()).singleElement().asString().contains("WARN", "it: refused: there.");
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMinutes(2));
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
            pass(Duration.ofSeconds(1));
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
        pass(Duration.ofMinutes(1));
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
                new OutageLog(LoggerFactory.getLogger(OutageLogTest.class), nanos::get, Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            patient.failed("it", "refused", "refused");
            pass(Duration.ofSeconds(59));
            patient.succeeded("it");
        }
        assertThat(lines()).hasSize(1);
        pass(Duration.ofSeconds(1));
        patient.succeeded("it");
        assertThat(lines()).singleElement().asString().contains("it answers again after 100 failures in 5901 s");
    }

    @Test
    void causesWithoutEndHaveLinesWithAnEnd() {
        for (int i = 0; i < 1000; i++) {
            outages.failed("it", "cause " + i, "some");
        }
        assertThat(lines()).hasSize(64);
    }
}
