package id.lum.support.lifecycle;

import id.lum.hooks.Hook;
import id.lum.hooks.host.HostHooks;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The time by which a stopping bundle must have closed. Callers of a view wait for the grace time: half of it is for
 * the stop, the other half for the successor to start.
 *
 * <p>One deadline is handed down to all that is closed, so that its waits cannot add up to more. What has not ended by
 * then is left behind: it ends by itself or not at all.
 */
public final class StopDeadline {
    /** A healthy stop may take as long on a slow disk; with a grace time below twice this every update costs calls. */
    private static final Duration SHORTEST = Duration.ofMillis(250);
    /** Longer than anything that still works takes. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final String VIEWS = "(&(" + Hook.HOST + "=*)(" + HostHooks.GRACE_MILLIS + "=*))";

    private static final Duration UNHURRIED = Duration.ofSeconds(30);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Something that ends sooner or later. */
    @FunctionalInterface
    public interface Ending {
        /**
         * Waits for the end.
         *
         * @param nanos how long at most, in nanoseconds
         * @return whether it has ended
         * @throws InterruptedException if the caller was interrupted
         */
        boolean within(long nanos) throws InterruptedException;
    }

    private final LongSupplier nanoTime;
    private final long end;

    private StopDeadline(Duration time, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.end = nanoTime.getAsLong() + time.toNanos();
    }

    /**
     * For a bundle that begins to stop.
     *
     * @param bundle the bundle; it reads the grace times of the views; the shortest counts
     * @return half of that time, from now on; a quarter of a second at least, ten seconds at most
     */
    public static StopDeadline of(BundleContext bundle) {
        return within(timeFor(shortestGrace(bundle)), System::nanoTime);
    }

    /**
     * For tests, and for waits that are no stop.
     *
     * @param time how long from now on
     * @param nanoTime the time, as {@link System#nanoTime} has it
     * @return the deadline
     */
    public static StopDeadline within(Duration time, LongSupplier nanoTime) {
        return new StopDeadline(time, nanoTime);
    }

    /**
     * For a close that is no stop, such as that of a database which is then opened again.
     *
     * @return a deadline in half a minute
     */
    public static StopDeadline unhurried() {
        return within(UNHURRIED, System::nanoTime);
    }

    /**
     * How long a stop may take.
     *
     * @param grace the shortest grace time of a view
     * @return half of it, within bounds
     */
    static Duration timeFor(Duration grace) {
        Duration half = grace.dividedBy(2);
        return half.compareTo(SHORTEST) < 0 ? SHORTEST : half.compareTo(LONGEST) > 0 ? LONGEST : half;
    }

    private static Duration shortestGrace(BundleContext bundle) {
        return Stream.of(views(bundle))
                .map(view -> view.getProperty(HostHooks.GRACE_MILLIS))
                .filter(Long.class::isInstance)
                .map(Long.class::cast)
                .min(Long::compare)
                .map(Duration::ofMillis)
                .orElse(Duration.ofMillis(HostHooks.GRACE_MILLIS_DEFAULT));
    }

    /** By their properties, and all: a bundle that is not wired to the view's types has to respect it, too. */
    private static ServiceReference<?>[] views(BundleContext bundle) {
        try {
            ServiceReference<?>[] views = bundle.getAllServiceReferences(null, VIEWS);
            return views == null ? new ServiceReference<?>[0] : views;
        } catch (IllegalStateException alreadyStopped) {
            return new ServiceReference<?>[0];
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * An earlier deadline, for one of several things that are closed one after the other. What it leaves over is there
     * for the next.
     *
     * @param count which part of the time that is left: 2 for half of it
     * @return the deadline
     */
    public StopDeadline part(int count) {
        return new StopDeadline(left().dividedBy(count), nanoTime);
    }

    /**
     * How long it is until then.
     *
     * @return the time; zero once it is over
     */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
    }

    /**
     * Waits for an end, no longer than until then. An interrupt does not shorten that.
     *
     * @param ending what is waited for
     * @return whether it has ended
     */
    public boolean await(Ending ending) {
        boolean interrupted = false;
        try {
            while (true) {
                // First, so that what has ended already counts even when no time is left.
                long left = left().toNanos();
                try {
                    if (ending.within(Math.min(left, SLICE_NANOS))) {
                        return true;
                    }
                } catch (InterruptedException later) {
                    interrupted = true;
                }
                if (left == 0) {
                    return false;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for the end of a thread.
     *
     * @param thread one that has been asked to end
     * @return whether it has ended, or was never started
     */
    public boolean await(Thread thread) {
        return await(nanos -> {
            TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
            return !thread.isAlive();
        });
    }

    /**
     * Waits for the end of an executor.
     *
     * @param executor one that is shut down
     * @return whether all of its threads have ended
     */
    public boolean await(ExecutorService executor) {
        return await(nanos -> executor.awaitTermination(nanos, TimeUnit.NANOSECONDS));
    }
}
