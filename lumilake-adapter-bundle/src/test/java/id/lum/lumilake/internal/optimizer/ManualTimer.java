package id.lum.lumilake.internal.optimizer;

import id.lum.support.lifecycle.Timer;
import id.lum.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Time that passes when a test says so. What is due at once runs at once. */
final class ManualTimer implements Timer {
    private record Task(Duration delay, Runnable task) {}

    private final LinkedBlockingQueue<Task> arrived = new LinkedBlockingQueue<>();
    private final List<Task> waiting = new ArrayList<>();
    private volatile boolean closed;

    @Override
    public void after(Duration delay, Runnable task) {
        if (closed) {
            return;
        }
        if (delay.isZero()) {
            task.run();
        } else {
            arrived.add(new Task(delay, task));
        }
    }

    /** The delay of the next task to arrive, which is how one knows that an attempt is settled. */
    Duration settled() throws InterruptedException {
        Task next = Optional.ofNullable(arrived.poll(Await.BOUND.toSeconds(), TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("Nothing was settled."));
        waiting.add(next);
        return next.delay();
    }

    /** Whether nothing has arrived that was not waited for. */
    boolean isQuiet() {
        return arrived.isEmpty();
    }

    /** Everything that arrived is due now. */
    void pass() {
        List<Task> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(one -> one.task().run());
    }

    @Override
    public void close() {
        closed = true;
    }
}
