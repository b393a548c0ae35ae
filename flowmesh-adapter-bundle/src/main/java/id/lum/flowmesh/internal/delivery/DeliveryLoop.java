package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.flowmesh.internal.outbox.OutboxMaintenance;
import id.lum.flowmesh.internal.outbox.Outcome;
import id.lum.flowmesh.internal.runmesh.EntryResponse;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.flowmesh.internal.usage.EmailDirectory;
import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is in an outbox: one row after the other for each principal, a few principals at a time, the one that
 * waited longest first.
 *
 * <p>One thread decides everything; others leave it commands and wake it. Nothing but {@link #close} ends it. A row
 * leaves the outbox after Runmesh's answer; should the process die in between, it is sent again, which Runmesh takes
 * for the same entry.
 */
public final class DeliveryLoop implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryLoop.class);

    private static final int MAX_IN_FLIGHT = 8;
    /** Rows looked at in one round; those whose e-mail address is unknown are held, and make room. */
    private static final int LOOKED_AT = 64;
    /** No row is put off by more; one that seems to be is due, because the clock was set back. */
    private static final Duration MAX_DELAY = DeliveryPolicy.REFUSED_FOR_LEAST.multipliedBy(2);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);
    private static final Duration AFTER_FURTHER_TROUBLE = Duration.ofMillis(100);
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

    private final Outbox outbox;
    private final RunmeshClient client;
    private final EmailDirectory emails;
    private final Clock clock;
    private final RandomGenerator jitter;
    private final WakeUp wakeUp;
    private final OutboxMaintenance maintenance;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;
    // Written by the thread alone. What follows is of the thread alone.
    private volatile DeliveryStatus status;
    private DeliveryPolicy policy;
    private CircuitBreaker circuit;
    /** What was wrong with the last answer, empty if nothing. */
    private String lastTrouble = "";

    private final Map<Long, InFlight> inFlight = new HashMap<>();
    private final List<Outcome> unrecorded = new ArrayList<>();
    /** What waits because of failures has no reason to wait any more; those of an earlier run may be over, too. */
    private boolean failuresOver = true;
    /** What failed in the last round, empty if nothing. */
    private String lastFailure = "";

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
        this.outbox = outbox;
        this.client = client;
        this.emails = emails;
        this.clock = clock;
        this.jitter = jitter;
        this.wakeUp = wakeUp;
        this.maintenance = new OutboxMaintenance(outbox, emails, clock);
        this.policy = policy;
        this.circuit = new CircuitBreaker(jitter);
        this.status = new DeliveryStatus(policy, 0, Optional.empty(), "");
        this.thread = new NamedThreads("usage row delivery").newThread(this::run);
    }

    // From any thread

    /** Begins to deliver. */
    void start() {
        thread.start();
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
                resetCircuit();
                failuresOver = true;
            }
            policy = next;
            maintenance.retentionChanged();
            updateStatus();
        });
    }

    /** Sends everything that waits for a time now, and calls Runmesh even while the circuit is open. */
    public void flush() {
        command(() -> {
            resetCircuit();
            updateStatus();
            outbox.makeAllDue();
        });
    }

    /** What an operator sees. */
    public DeliveryStatus status() {
        return status;
    }

    /** Stops delivering. Rows under way are given up here, and are sent again by the next delivery. */
    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        wake();
        if (!deadline.await(thread)) {
            LOG.warn("The delivery of usage rows does not end in time; it ends with its database.");
        }
    }

    /** Whether its thread does not run: not yet, or not any more. */
    boolean hasEnded() {
        return !thread.isAlive();
    }

    // In the delivery thread

    private void run() {
        while (!closed) {
            try {
                wakeUp.await(round());
            } catch (Throwable trouble) {
                pauseAfter(trouble);
            }
        }
        inFlight.values().forEach(sentRow -> sentRow.answer().cancel(true));
    }

    /** Nothing of this may end the thread either, such as a log that fails because there is no memory. */
    private void pauseAfter(Throwable trouble) {
        try {
            if (!closed) {
                logOnce(trouble);
                checkpoint();
                wakeUp.await(AFTER_TROUBLE);
            }
        } catch (Throwable alsoFailed) {
            LockSupport.parkNanos(AFTER_FURTHER_TROUBLE.toNanos());
        }
    }

    /** Once: a disk may be full for days, and every row that is refused because of it wakes this thread. */
    private void logOnce(Throwable trouble) {
        boolean expected = trouble instanceof StoreUnavailable;
        String what = expected ? trouble.getMessage() : trouble.toString();
        if (lastFailure.equals(what)) {
            LOG.debug("Still so: {}", what);
        } else if (expected) {
            LOG.warn("Usage rows wait: {}", what);
        } else {
            LOG.error("Delivering usage rows met something unexpected, and goes on.", trouble);
        }
        lastFailure = what;
    }

    /** What fills the disk may be the database's own log, and then no outcome could be recorded any more. */
    private void checkpoint() {
        try {
            outbox.checkpoint();
        } catch (StoreUnavailable stillSo) {
            LOG.debug("The log of the database could not be checkpointed", stillSo);
        }
    }

    /** @return how long there is nothing to do, unless somebody wakes this thread */
    private Duration round() {
        for (Runnable command = commands.peek(); command != null; command = commands.peek()) {
            command.run();
            // Only now: one that fails is tried again.
            commands.remove();
        }
        collectAnswers();
        recordOutcomes();
        if (failuresOver) {
            outbox.makeFailedDue();
            failuresOver = false;
        }
        Instant now = clock.instant();
        boolean more = dispatch(now);
        maintenance.round(policy.retention(), Set.copyOf(inFlight.keySet()), inFlight.isEmpty() && !more);
        lastFailure = "";
        return more ? Duration.ZERO : untilNext(now);
    }

    private void recordOutcomes() {
        if (!unrecorded.isEmpty()) {
            outbox.record(unrecorded);
            unrecorded.clear();
            maintenance.rowsDelivered();
        }
    }

    private int permits(Instant now) {
        return policy.runmesh().isEmpty() ? 0 : circuit.permits(now, MAX_IN_FLIGHT, inFlight.size());
    }

    /** @return whether there may be more to send now */
    private boolean dispatch(Instant now) {
        int permits = permits(now);
        if (permits <= 0) {
            return false;
        }
        List<PendingRow> addressed = new ArrayList<>();
        boolean held = false;
        for (PendingRow row : due(now)) {
            Optional<String> email = row.email().or(() -> emails.emailOf(row.principalId()));
            email.ifPresentOrElse(
                    address -> addressed.add(row.withEmail(address)),
                    () -> unrecorded.add(new Outcome.Held(row.seq())));
            held |= email.isEmpty();
        }
        List<PendingRow> sent = FairSelection.next(
                addressed,
                permits,
                inFlight.values().stream().map(InFlight::row).toList());
        sent.forEach(this::send);
        if (held) {
            recordOutcomes();
            maintenance.someAreHeld();
        }
        return held && permits > sent.size();
    }

    private List<PendingRow> due(Instant now) {
        return circuit.openUntil().isPresent() ? probe(now) : outbox.due(now, LOOKED_AT, busy(), MAX_DELAY);
    }

    /**
     * After a pause for Runmesh some row has to find out whether it is back, be it before its time. Best is one that
     * has not failed, and the newest: then rows that Runmesh chokes on, however many, do not keep those waiting that
     * come after them.
     */
    private List<PendingRow> probe(Instant now) {
        Optional<PendingRow> newest = outbox.newest(now, busy());
        if (newest.isPresent()) {
            return List.of(newest.get());
        }
        List<PendingRow> due = outbox.due(now, LOOKED_AT, busy(), MAX_DELAY);
        if (due.isEmpty()) {
            outbox.makeFailedDue();
            return outbox.due(now, LOOKED_AT, busy(), MAX_DELAY);
        }
        return due;
    }

    private Set<String> busy() {
        return inFlight.values().stream()
                .map(sentRow -> sentRow.row().principalId())
                .collect(Collectors.toSet());
    }

    private void send(PendingRow row) {
        CompletableFuture<EntryResponse> answer =
                client.enter(policy.runmesh().orElseThrow(), row, row.email().orElseThrow());
        inFlight.put(row.seq(), new InFlight(row, policy, answer));
        updateStatus();
        answer.whenComplete((response, failure) -> wake());
    }

    /** Looks at each row in flight, so that a wake-up that failed delays an answer and loses none. */
    private void collectAnswers() {
        for (InFlight sentRow : List.copyOf(inFlight.values())) {
            if (sentRow.answer().isDone()) {
                inFlight.remove(sentRow.row().seq());
                answered(sentRow, sentRow.response());
                updateStatus();
            }
        }
    }

    private void answered(InFlight sentRow, EntryResponse response) {
        Instant now = clock.instant();
        unrecorded.add(sentRow.policy().outcomeOf(sentRow.row(), response, now, jitter));
        // What an answer says of another Runmesh, or of another secret, is out of date.
        boolean current = sentRow.policy().runmesh().equals(policy.runmesh());
        failuresOver |= !current || noteResponse(response, now);
    }

    /** Returns whether Runmesh was away and is back by this response: what waited because of that may go on. */
    private boolean noteResponse(EntryResponse response, Instant now) {
        if (response instanceof EntryResponse.Unusable unusable) {
            lastTrouble = unusable.detail();
            if (circuit.failed(now, unusable.retryAfter())) {
                LOG.warn(
                        "{} gives no usable answer: {}. Usage rows wait for it.",
                        policy.runmesh().map(RunmeshEndpoint::toString).orElse("Runmesh"),
                        unusable.detail());
            }
            return false;
        }
        lastTrouble = "";
        boolean away = circuit.isAway();
        boolean closes = circuit.succeeded(now);
        if (closes) {
            LOG.info("Runmesh answers again; usage rows are delivered.");
        }
        return closes && away;
    }

    /** Runmesh is called at once, whatever it answered before. */
    private void resetCircuit() {
        circuit = new CircuitBreaker(jitter);
        lastTrouble = "";
    }

    private void updateStatus() {
        status = new DeliveryStatus(policy, inFlight.size(), circuit.openUntil(), lastTrouble);
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
            return outbox.nextDue(now, busy(), MAX_DELAY);
        }
        return inFlight.isEmpty() ? circuit.openUntil() : Optional.empty();
    }
}
