package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.flowmesh.internal.outbox.OutboxMaintenance;
import id.lum.flowmesh.internal.outbox.Outcome;
import id.lum.flowmesh.internal.runmesh.EntryResponse;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.usage.EmailDirectory;
import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * Delivers what is in an outbox: one row after the other for each principal, a few principals at a time, the one that
 * waited longest first.
 *
 * <p>A row leaves the outbox after Runmesh's answer. Once it is accepted, the next row of its principal does not wait
 * for that: rows whose outcome is not recorded yet are at most {@value #MAX_UNDER_WAY}, and none is sent while
 * recording fails. Should the process die in between, they are sent again, which Runmesh takes for the same entries.
 *
 * <p>Two threads: that of this loop decides everything, reads the outbox and keeps house in it; that of the
 * {@link OutcomeRecorder} writes down outcomes, which it gets in the order of the answers. They share the recorder's
 * lists and no other state. Everybody else leaves commands and wakes the loop. Nothing but {@link #close} ends either.
 */
public final class DeliveryLoop implements Stoppable {
    private static final int MAX_IN_FLIGHT = 8;
    /** Rows sent or held whose outcome is not recorded: what is sent twice after a crash, and kept in memory. */
    static final int MAX_UNDER_WAY = 256;

    private static final Duration MAX_SLEEP = Duration.ofMinutes(1);

    /** A row in flight, and the policy it was sent by. */
    private record InFlight(PendingRow row, DeliveryPolicy policy, CompletableFuture<EntryResponse> answer) {
        /** Of an answer that is done. */
        EntryResponse response() {
            return answer.handle((response, failure) -> failure == null
                            ? response
                            : new EntryResponse.Unusable(failure.getClass().getSimpleName(), Optional.empty()))
                    .join();
        }
    }

    private final RunmeshClient client;
    private final EmailDirectory emails;
    private final Clock clock;
    private final RandomGenerator jitter;
    private final WakeUp wakeUp;
    private final DeliveryThread thread;
    private final OutcomeRecorder recorder;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    // Written by the thread alone. What follows is of the thread alone.
    private volatile DeliveryStatus status;
    private DeliveryPolicy policy;
    private final OutboxMaintenance maintenance;
    private final EndpointHealth health;
    private final DispatchQueue queue;
    /** By principal. */
    private final Map<String, InFlight> inFlight = new HashMap<>();

    /**
     * Creates a loop that is not started.
     *
     * @param emails asked for the address of a principal whose rows came without one
     * @param jitter what backoff leaves to chance
     * @param wakeUp what the outbox wakes this loop by
     */
    DeliveryLoop(
            Outbox outbox,
            RunmeshClient client,
            EmailDirectory emails,
            Clock clock,
            RandomGenerator jitter,
            DeliveryPolicy policy,
            WakeUp wakeUp) {
        this.client = client;
        this.emails = emails;
        this.clock = clock;
        this.jitter = jitter;
        this.wakeUp = wakeUp;
        this.maintenance = new OutboxMaintenance(outbox, emails, clock);
        this.policy = policy;
        this.health = new EndpointHealth(jitter);
        this.queue = new DispatchQueue(outbox);
        this.status = new DeliveryStatus(policy, 0, Optional.empty(), "");
        this.recorder = new OutcomeRecorder(outbox, wakeUp);
        this.thread = new DeliveryThread("usage row delivery", outbox, wakeUp, this::round, this::end);
    }

    // From any thread

    /** Begins to deliver. */
    void start() {
        // An outage of an earlier run may be over.
        recorder.makeFailedDue();
        recorder.start();
        try {
            thread.start();
        } catch (RuntimeException | Error noThread) {
            recorder.close();
            throw noThread;
        }
    }

    /** There may be something to do: rows were added, an answer came, or the clock was moved. */
    public void wake() {
        wakeUp.wake();
    }

    private void command(Runnable command) {
        commands.add(command);
        wake();
    }

    /** Delivers by another policy from now on. What waited because of another Runmesh is sent at once. */
    public void configure(DeliveryPolicy next) {
        command(() -> {
            if (!next.runmesh().equals(policy.runmesh())) {
                health.reset();
                recorder.makeFailedDue();
            }
            policy = next;
            maintenance.retentionChanged();
        });
    }

    /** Sends everything that waits for a time now, and calls Runmesh even while the circuit is open. */
    public void flush() {
        command(() -> {
            health.reset();
            recorder.makeAllDue();
        });
    }

    /** What an operator sees. */
    public DeliveryStatus status() {
        return status;
    }

    /**
     * Stops delivering. Rows in flight are given up here, and are sent again by the next delivery; so are those whose
     * answer could not be recorded in time.
     */
    @Override
    public void close(StopDeadline deadline) {
        thread.close(deadline);
        recorder.close(deadline);
    }

    /** Whether its threads do not run: not yet, or not any more. */
    boolean hasEnded() {
        return thread.hasEnded() && recorder.hasEnded();
    }

    // In the delivery thread

    /** @return how long there is nothing to do, unless somebody wakes this thread */
    private Duration round() {
        try {
            // None of them can fail, or those behind it would wait.
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
            if (wakeUp.takeRowsDue()) {
                queue.forget();
            }
            collectRecorded();
            collectAnswers();
            Instant now = clock.instant();
            dispatch(now);
            if (recorder.isFailing() || inFlight.isEmpty() && !recorder.isEmpty()) {
                recorder.recordNow();
            }
            maintenance.round(policy.retention(), queue.underWay(), queue.isIdle());
            return untilNext(now);
        } catch (RuntimeException | Error trouble) {
            // A row that was taken and not sent is read again.
            queue.forget();
            throw trouble;
        } finally {
            status = new DeliveryStatus(policy, queue.underWay().size(), health.openUntil(), health.lastTrouble());
        }
    }

    private void end() {
        collectAnswers();
        inFlight.values().forEach(sentRow -> sentRow.answer().cancel(true));
    }

    private void collectRecorded() {
        for (RowOutcome recorded : recorder.takeRecorded()) {
            queue.recorded(recorded.row());
            maintenance.rowsDelivered();
            if (recorded.outcome() instanceof Outcome.Held) {
                maintenance.someAreHeld();
            }
        }
    }

    /** Looks at each row in flight, so that a wake-up that failed delays an answer and loses none. */
    private void collectAnswers() {
        for (InFlight sentRow : List.copyOf(inFlight.values())) {
            if (sentRow.answer().isDone()) {
                answered(sentRow, sentRow.response());
            }
        }
    }

    /** Should it fail, it is done again: so the row is forgotten last. */
    private void answered(InFlight sentRow, EntryResponse response) {
        Instant now = clock.instant();
        PendingRow row = sentRow.row();
        Outcome outcome = sentRow.policy().outcomeOf(row, response, now, jitter);
        recorder.add(new RowOutcome(row, outcome));
        inFlight.remove(row.principalId());
        queue.answered(row, outcome instanceof Outcome.Delivered);
        // What an answer says of another Runmesh, or of another secret, is out of date.
        boolean current = sentRow.policy().runmesh().equals(policy.runmesh());
        if (!current || health.answered(response, now, policy.runmesh())) {
            recorder.makeFailedDue();
        }
    }

    private int permits(Instant now) {
        return policy.runmesh().isEmpty() || recorder.isFailing()
                ? 0
                : Math.min(
                        health.permits(now, MAX_IN_FLIGHT, inFlight.size()),
                        MAX_UNDER_WAY - queue.underWay().size());
    }

    private void dispatch(Instant now) {
        boolean held = true;
        while (held) {
            held = false;
            for (PendingRow row : next(now)) {
                // One that is held leaves room for another.
                held |= !sent(row);
            }
        }
    }

    private List<PendingRow> next(Instant now) {
        int permits = permits(now);
        if (permits <= 0) {
            return List.of();
        }
        List<PendingRow> rows = inFlight.values().stream().map(InFlight::row).toList();
        return health.openUntil().isPresent()
                ? FairSelection.next(queue.probes(now), permits, rows)
                : queue.next(now, permits, rows);
    }

    /** Sends it, or holds it if its address is not known. */
    private boolean sent(PendingRow row) {
        Optional<String> email = row.email().or(() -> emails.emailOf(row.principalId()));
        if (email.isPresent()) {
            send(row.withEmail(email.get()));
        } else {
            recorder.add(new RowOutcome(row, new Outcome.Held(row.seq())));
            queue.begun(row);
        }
        return email.isPresent();
    }

    private void send(PendingRow row) {
        CompletableFuture<EntryResponse> answer =
                client.enter(policy.runmesh().orElseThrow(), row, row.email().orElseThrow());
        inFlight.put(row.principalId(), new InFlight(row, policy, answer));
        queue.begun(row);
        answer.whenComplete((response, failure) -> wake());
    }

    private Duration untilNext(Instant now) {
        Instant next = maintenance.next(now);
        Instant due = nextDispatch(now).orElse(next);
        Duration time = Duration.between(now, due.isBefore(next) ? due : next);
        return time.isNegative() ? Duration.ZERO : time.compareTo(MAX_SLEEP) > 0 ? MAX_SLEEP : time.plusMillis(1);
    }

    /** When something may be sent, if no answer comes before: those that are due bring news. */
    private Optional<Instant> nextDispatch(Instant now) {
        if (permits(now) > 0) {
            return queue.nextDue(now);
        }
        return inFlight.isEmpty() ? health.openUntil().filter(now::isBefore) : Optional.empty();
    }
}
