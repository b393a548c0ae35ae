package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Records outcomes in the outbox, in the order in which they were added, by a thread of its own: the delivery does not
 * wait for the disk. Outcomes share a commit: a few wait for more, but for some milliseconds only.
 *
 * <p>What could not be recorded stays and is tried again. Closed, it records what it was given; what then fails is lost
 * with it, and the next delivery sends those rows again.
 *
 * <p>The methods are for the delivery thread.
 */
final class OutcomeRecorder implements Stoppable {
    /** Of so many the share of each in a commit is small. */
    private static final int WORTH_A_COMMIT = 64;
    /** How long fewer wait for more. */
    private static final Duration GATHERING = Duration.ofMillis(5);

    private static final Duration MAX_SLEEP = Duration.ofMinutes(1);

    private final Outbox outbox;
    private final WakeUp delivery;
    private final WakeUp wakeUp = new WakeUp();
    private final DeliveryThread thread;
    private volatile boolean failing;

    // Guarded by this.
    private final List<RowOutcome> unrecorded = new ArrayList<>();
    private final List<RowOutcome> recorded = new ArrayList<>();
    private boolean failedDue;
    private boolean allDue;
    /** Whether nothing is to wait for more. */
    private boolean hurried;

    /** @param delivery woken whenever something was recorded */
    OutcomeRecorder(Outbox outbox, WakeUp delivery) {
        this.outbox = outbox;
        this.delivery = delivery;
        this.thread = new DeliveryThread("usage row outcomes", outbox, wakeUp, this::round, this::recordAll);
    }

    void start() {
        thread.start();
    }

    boolean hasEnded() {
        return thread.hasEnded();
    }

    /** Records it soon. */
    void add(RowOutcome outcome) {
        int waiting;
        synchronized (this) {
            unrecorded.add(outcome);
            waiting = unrecorded.size();
        }
        if (waiting == 1 || waiting >= WORTH_A_COMMIT) {
            wakeUp.wake();
        }
    }

    /** Makes due what waits because of failures, those added so far included. */
    void makeFailedDue() {
        synchronized (this) {
            failedDue = true;
        }
        recordNow();
    }

    /** Makes due what waits for a time, for whatever reason. */
    void makeAllDue() {
        synchronized (this) {
            allDue = true;
        }
        recordNow();
    }

    /** There will be no more for now; or what has failed is to be tried again. */
    void recordNow() {
        synchronized (this) {
            hurried = true;
        }
        wakeUp.wake();
    }

    /** What was recorded since this was last asked. */
    synchronized List<RowOutcome> takeRecorded() {
        List<RowOutcome> taken = List.copyOf(recorded);
        recorded.clear();
        return taken;
    }

    synchronized boolean isEmpty() {
        return unrecorded.isEmpty();
    }

    /** Whether the last try to record something has failed. */
    boolean isFailing() {
        return failing;
    }

    private Duration round() {
        synchronized (this) {
            boolean few = !unrecorded.isEmpty() && unrecorded.size() < WORTH_A_COMMIT;
            if (few && !hurried) {
                // The next round comes when they have waited, or for a reason.
                hurried = true;
                return GATHERING;
            }
        }
        recordAll();
        return isEmpty() ? MAX_SLEEP : Duration.ZERO;
    }

    private void recordAll() {
        List<RowOutcome> batch;
        boolean failed;
        boolean all;
        synchronized (this) {
            batch = List.copyOf(unrecorded);
            failed = failedDue;
            all = allDue;
            failedDue = false;
            allDue = false;
            hurried = false;
        }
        try {
            record(batch);
            if (all) {
                outbox.makeAllDue();
            } else if (failed) {
                outbox.makeFailedDue();
            }
        } catch (RuntimeException | Error trouble) {
            synchronized (this) {
                failedDue |= failed;
                allDue |= all;
                hurried = true;
            }
            failing = true;
            throw trouble;
        }
        if (failing) {
            failing = false;
            delivery.wake();
        }
    }

    private void record(List<RowOutcome> batch) {
        if (!batch.isEmpty()) {
            outbox.record(batch.stream().map(RowOutcome::outcome).toList());
            synchronized (this) {
                unrecorded.subList(0, batch.size()).clear();
                recorded.addAll(batch);
            }
            delivery.wake();
        }
    }

    @Override
    public void close(StopDeadline deadline) {
        thread.close(deadline);
    }
}
