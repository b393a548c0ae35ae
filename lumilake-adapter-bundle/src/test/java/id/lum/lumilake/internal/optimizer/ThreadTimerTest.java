package id.lum.lumilake.internal.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.lumilake.internal.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadTimerTest {
    private static final String NAME = "timer of the test";

    private static boolean hasThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith(NAME));
    }

    /** One that cannot be started later would be a task that is never run. */
    @Test
    void theThreadIsThereBeforeTheFirstTaskAndUntilTheClose() throws Exception {
        ThreadTimer timer = new ThreadTimer(NAME);
        try {
            assertThat(hasThread()).isTrue();
            CountDownLatch run = new CountDownLatch(1);
            timer.after(Duration.ZERO, run::countDown);
            assertThat(run.await(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            timer.close();
        }
        Await.until("the thread has ended", () -> !hasThread());
    }
}
