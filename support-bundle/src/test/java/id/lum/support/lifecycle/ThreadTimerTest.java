package id.lum.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadTimerTest {
    private static final String NAME = "timer of the test";

    private static Optional<Thread> thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(NAME))
                .findAny();
    }

    /** One that cannot be started later would be a task that is never run. */
    @Test
    void theThreadIsThereBeforeTheFirstTaskAndUntilTheClose() throws Exception {
        ThreadTimer timer = new ThreadTimer(NAME);
        Thread thread = thread().orElseThrow();
        try {
            CountDownLatch run = new CountDownLatch(1);
            timer.after(Duration.ZERO, run::countDown);
            Await.latch(run);
        } finally {
            timer.close();
        }
        thread.join(TimeUnit.SECONDS.toMillis(120));
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void aTaskThatThrowsIsLoggedAndTheNextOneRuns() throws Exception {
        try (CapturedLog log = new CapturedLog();
                ThreadTimer timer = new ThreadTimer(NAME)) {
            CountDownLatch run = new CountDownLatch(1);
            timer.after(Duration.ZERO, () -> {
                throw new NoClassDefFoundError("of a test");
            });
            timer.after(Duration.ZERO, run::countDown);
            Await.latch(run);
            assertThat(log.text()).contains(" ERROR ", NAME, "NoClassDefFoundError: of a test");
        }
    }
}
