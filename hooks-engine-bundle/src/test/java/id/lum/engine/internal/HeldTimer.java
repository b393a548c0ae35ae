package id.lum.engine.internal;

import id.lum.support.lifecycle.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A timer whose time is up when the test says so. */
final class HeldTimer implements Timer {
    private final List<Runnable> tasks = new ArrayList<>();

    @Override
    public void after(Duration delay, Runnable task) {
        tasks.add(task);
    }

    /** Runs what waits, and not what that adds. */
    void run() {
        List<Runnable> due = List.copyOf(tasks);
        tasks.clear();
        due.forEach(Runnable::run);
    }

    @Override
    public void close() {
        tasks.clear();
    }
}
