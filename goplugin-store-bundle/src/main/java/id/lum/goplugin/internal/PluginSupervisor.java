package id.lum.goplugin.internal;

import id.lum.support.lifecycle.Backoff;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.log.OutageLog;
import id.lum.support.plugin.Checksum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one process of a plugin running, on a thread of its own: it starts it, waits until it ends or does not serve
 * any more, cleans up, and starts the next one. After the second failure in a row it pauses before that. Callers share
 * the process, and wait while it starts or a short pause lasts. Safe for many threads.
 */
final class PluginSupervisor implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginSupervisor.class);
    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30));

    /** A process that ends earlier has failed, and may fail again at once. */
    private static final Duration STABLE = Duration.ofSeconds(10);

    /** Callers do not wait for the end of a longer pause. */
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(1);

    /** What there is for callers. */
    sealed interface State {
        /** A process is being started, or about to be. */
        record Starting() implements State {}

        record Running(PluginProcess process) implements State {}

        /** Callers get no answer before the pause is over. */
        record Paused() implements State {}

        record Closed() implements State {}
    }

    private final PluginSpec spec;
    private final PluginStarter starter;
    private final Consumer<PluginSupervisor> firstServes;
    private final OutageLog outage = new OutageLog(LOG, System::nanoTime);
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock, as what follows.
    private State state = new State.Starting();
    private boolean suspected;
    private StopDeadline stop = StopDeadline.unhurried();
    // Written by the thread alone; empty before the first start.
    private volatile Optional<PluginCopy> copy = Optional.empty();
    // Of the thread alone, as what follows: the one that the plugin accepted last is tried first.
    private final List<String> cookies;
    private boolean hasServed;

    /** @param firstServes told once, by the thread of this, when the first process serves; does not wait */
    PluginSupervisor(PluginSpec spec, PluginStarter starter, Consumer<PluginSupervisor> firstServes) {
        this.spec = spec;
        this.starter = starter;
        this.firstServes = firstServes;
        this.cookies = new ArrayList<>(spec.cookies());
        this.thread = new NamedThreads("lumid-goplugin " + spec.prefix() + " supervisor").newThread(this::run);
    }

    /** Begins to start the process, and returns at once. */
    void open() {
        thread.start();
    }

    PluginSpec spec() {
        return spec;
    }

    /** Whether its plugin serves now, with content that a checksum accepts. */
    boolean isServing(Checksum checksum) {
        lock.lock();
        try {
            return state instanceof State.Running
                    && copy.filter(made -> checksum.accepts(made.sha256())).isPresent();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The process, as soon as there is one.
     *
     * @param timeout how long to wait
     * @return a process that served when it was last heard of
     * @throws PluginStartFailed if there is none in time
     */
    PluginProcess await(Duration timeout) throws PluginStartFailed, InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                if (state instanceof State.Running running) {
                    return running.process();
                }
                if (state instanceof State.Paused || state instanceof State.Closed || left <= 0) {
                    throw new PluginStartFailed(
                            state instanceof State.Closed ? "it is being stopped" : "it has no process now");
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a process has been given up.
     *
     * @param process one that does not serve any more
     * @param timeout how long to wait
     */
    void awaitAnotherThan(PluginProcess process, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (left > 0 && isCurrent(process)) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private boolean isCurrent(PluginProcess process) {
        return state instanceof State.Running running && running.process() == process;
    }

    /** Has a process looked at that may not serve any more; it is replaced if so. */
    void suspect(PluginProcess process) {
        lock.lock();
        try {
            if (isCurrent(process)) {
                suspected = true;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        int failures = 0;
        while (!isClosed()) {
            try {
                Duration served = serve();
                failures = served.compareTo(STABLE) < 0 ? failures + 1 : 1;
            } catch (PluginStartFailed failed) {
                failures++;
                logStartFailure(failed);
            } catch (InterruptedException closing) {
                // Then this is closed.
            } catch (RuntimeException | Error unexpected) {
                failures++;
                LOG.error("{}: its plugin cannot be run. It is tried again.", spec.prefix(), unexpected);
            }
            pause(failures);
        }
        copy.ifPresent(starter::discard);
    }

    private void logStartFailure(PluginStartFailed failed) {
        // A stop interrupts a start, which then fails of that.
        if (!isClosed()) {
            outage.failed(spec.prefix(), "start", "its plugin does not start: " + failed.getMessage() + ".");
        }
    }

    /** Runs one process. Returns how long it served. */
    private Duration serve() throws PluginStartFailed, InterruptedException {
        PluginProcess process = start();
        long since = System.nanoTime();
        try {
            if (become(new State.Running(process))) {
                outage.succeeded(spec.prefix());
                LOG.info("{} is answered by process {}.", spec.prefix(), process.pid());
                if (!hasServed) {
                    hasServed = true;
                    firstServes.accept(this);
                }
                process.onExit().thenRun(() -> suspect(process));
                awaitEndOf(process);
            }
        } finally {
            become(new State.Starting());
            // A closing thread interrupts this one, which would end its own waits.
            Thread.interrupted();
            end(process);
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private PluginProcess start() throws PluginStartFailed, InterruptedException {
        if (copy.isEmpty()) {
            copy = Optional.of(starter.copy(spec));
        }
        for (String cookie : List.copyOf(cookies)) {
            try {
                PluginProcess process = starter.start(spec, copy.get(), cookie);
                cookies.remove(cookie);
                cookies.add(0, cookie);
                return process;
            } catch (PluginStartFailed failed) {
                if (!failed.isMaybeOfTheCookie() || cookie.equals(cookies.get(cookies.size() - 1))) {
                    throw failed;
                }
            }
        }
        throw new IllegalStateException("There is no cookie.");
    }

    private void awaitEndOf(PluginProcess process) throws InterruptedException {
        while (true) {
            lock.lockInterruptibly();
            try {
                while (!suspected && !isClosed()) {
                    changed.await();
                }
                suspected = false;
            } finally {
                lock.unlock();
            }
            if (isClosed()) {
                return;
            }
            if (!process.isServing(PluginProcess.PROBE)) {
                outage.failed(
                        spec.prefix(), "end", "its plugin, process " + process.pid() + ", " + process.ending() + ".");
                return;
            }
        }
    }

    private void end(PluginProcess process) {
        StopDeadline deadline;
        lock.lock();
        try {
            deadline = stop;
        } finally {
            lock.unlock();
        }
        if (!isClosed()) {
            process.kill();
        }
        process.close(deadline);
    }

    /** Returns false once this is closed. */
    private boolean become(State next) {
        lock.lock();
        try {
            if (state instanceof State.Closed) {
                return false;
            }
            state = next;
            suspected = false;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** After the first failure in a row there is no pause. */
    private void pause(int failures) {
        if (failures < 2) {
            return;
        }
        Duration pause = PAUSES.after(failures - 1);
        become(pause.compareTo(SHORT_PAUSE) > 0 ? new State.Paused() : new State.Starting());
        long left = pause.toNanos();
        lock.lock();
        try {
            while (left > 0 && !isClosed()) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException closing) {
            // Then this is closed.
        } finally {
            lock.unlock();
        }
        become(new State.Starting());
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return state instanceof State.Closed;
        } finally {
            lock.unlock();
        }
    }

    /** Begins to end the process, and returns at once. {@link #close} follows. */
    void beginClose(StopDeadline deadline) {
        lock.lock();
        try {
            if (state instanceof State.Closed) {
                return;
            }
            stop = deadline;
            state = new State.Closed();
            // Under the lock, and once: what the thread does to end the process is not to be interrupted.
            thread.interrupt();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the process, and waits for that. */
    @Override
    public void close(StopDeadline deadline) {
        beginClose(deadline);
        if (!deadline.await(thread)) {
            LOG.error("{}: its plugin has not ended in time.", spec.prefix());
        }
    }
}
