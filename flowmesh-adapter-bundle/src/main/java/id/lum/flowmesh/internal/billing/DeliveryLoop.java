package id.lum.flowmesh.internal.billing;

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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
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
final class DeliveryLoop implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryLoop.class);

    private static final int MAX_IN_FLIGHT = 8;
    /** Rows looked at in one round; those whose e-mail address is unknown are held, and make room. */
    private static final int LOOKED_AT = 64;
    /** No row is put off by more; one that seems to be is due, because the clock was set back. */
    private static final Duration MAX_DELAY = DeliveryPolicy.REFUSED_FOR_LEAST.multipliedBy(2);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);
    private static final Duration AFTER_FURTHER_TROUBLE = Duration.ofMillis(100);
    private static final Duration MAX_SLEEP = Duration.ofMinutes(1);

    /** A row in flight, and the endpoint state it was sent under. */
    private record InFlight(PendingRow row, EndpointHealth sentBy, CompletableFuture<EntryResponse> answer) {
        /** Of an answer that is done. */
        EntryResponse outcome() {
            return answer.handle((said, failure) -> failure == null
                            ? said
                            : new EntryResponse.Unusable(failure.getClass().getSimpleName(), Optional.empty()))
                    .join();
        }
    }

    private final Outbox outbox;
    private final RunmeshClient client;
    private final Function<String, Optional<String>> emails;
    private final Clock clock;
    private final OutboxMaintenance maintenance;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    /**
     * A permit says that there may be something to do. It is given after that is there, and taken before it is done.
     */
    private final Semaphore wakeUps = new Semaphore(0);

    private final Thread thread;
    private volatile boolean closed;
    // Changed by the thread alone, as are the two below.
    private volatile EndpointHealth health;
    private volatile int underWay;
    private final Map<Long, InFlight> inFlight = new HashMap<>();
    private final List<Outcome> unrecorded = new ArrayList<>();
    /** What waits because of failures has no reason to wait any more; those of an earlier run may be over, too. */
    private boolean failuresOver = true;

    private String lastTrouble = "";

    /**
     * Creates a loop that is not started.
     *
     * @param emails the address of a principal, if it is known
     * @param jitter what backoff leaves to chance
     */
    DeliveryLoop(
            Outbox outbox,
            RunmeshClient client,
            Function<String, Optional<String>> emails,
            Clock clock,
            RandomGenerator jitter,
            DeliveryPolicy policy) {
        this.outbox = outbox;
        this.client = client;
        this.emails = emails;
        this.clock = clock;
        this.maintenance =
                new OutboxMaintenance(outbox, who -> emails.apply(who).isPresent(), clock);
        this.health = new EndpointHealth(policy, jitter);
        this.thread = new NamedThreads("runmesh relay").newThread(this::run);
    }

    // From any thread

    /** Begins to deliver. */
    void start() {
        thread.start();
    }

    /** There may be something to do: rows were added, an answer came, or the clock was moved. */
    void wake() {
        if (wakeUps.availablePermits() == 0) {
            wakeUps.release();
        }
    }

    private void command(Runnable command) {
        commands.add(command);
        wake();
    }

    /** Delivers by another policy from now on. What waited because of another Runmesh is sent at once. */
    void configure(DeliveryPolicy next) {
        command(() -> {
            boolean elsewhere = !next.runmesh().equals(health.policy().runmesh());
            health = health.withPolicy(next);
            maintenance.policyChanged();
            failuresOver |= elsewhere;
        });
    }

    /** Sends everything that waits for a time now, and calls Runmesh even while the circuit is open. */
    void flush() {
        command(() -> {
            health = health.reset();
            outbox.flush();
        });
    }

    /** The health of the Runmesh endpoint. */
    EndpointHealth health() {
        return health;
    }

    /** How many rows have been sent whose answers are still due. */
    int underWay() {
        return underWay;
    }

    /** Stops delivering. Rows under way are given up here, and are sent again by the next delivery. */
    @Override
    public void close(StopDeadline deadline) {
        closed = true;
        wakeUps.release();
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
                sleep(round());
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
                tell(trouble);
                makeRoom();
                sleep(AFTER_TROUBLE);
            }
        } catch (Throwable alsoFailed) {
            LockSupport.parkNanos(AFTER_FURTHER_TROUBLE.toNanos());
        }
    }

    /** Once: a disk may be full for days, and every row that is refused because of it wakes this thread. */
    private void tell(Throwable trouble) {
        boolean expected = trouble instanceof StoreUnavailable;
        String what = expected ? trouble.getMessage() : trouble.toString();
        if (lastTrouble.equals(what)) {
            LOG.debug("Still so: {}", what);
        } else if (expected) {
            LOG.warn("Usage rows wait: {}", what);
        } else {
            LOG.error("Delivering usage rows met something unexpected, and goes on.", trouble);
        }
        lastTrouble = what;
    }

    /** What fills the disk may be the database's own log, and then no outcome could be recorded any more. */
    private void makeRoom() {
        try {
            outbox.fold();
        } catch (StoreUnavailable stillSo) {
            LOG.debug("The log could not be folded into the database", stillSo);
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
            outbox.dueAll();
            failuresOver = false;
        }
        Instant now = clock.instant();
        boolean more = dispatch(now);
        maintenance.round(health.policy(), Set.copyOf(inFlight.keySet()), inFlight.isEmpty() && !more);
        lastTrouble = "";
        return more ? Duration.ZERO : untilNext(now);
    }

    /** Until somebody wakes this thread, at most so long. */
    private void sleep(Duration time) {
        try {
            wakeUps.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException strange) {
            // No code of this bundle interrupts this thread.
            LOG.debug("Interrupted while waiting for usage rows", strange);
        }
        wakeUps.drainPermits();
    }

    private void recordOutcomes() {
        if (!unrecorded.isEmpty()) {
            outbox.record(unrecorded);
            unrecorded.clear();
            maintenance.rowsDelivered();
        }
    }

    /** @return whether there may be more to send now */
    private boolean dispatch(Instant now) {
        int permits = health.permits(now, MAX_IN_FLIGHT, inFlight.size());
        if (permits <= 0) {
            return false;
        }
        List<AddressedRow> known = new ArrayList<>();
        boolean held = false;
        for (PendingRow row : due(now)) {
            Optional<String> email = row.email().or(() -> emails.apply(row.principalId()));
            email.ifPresentOrElse(
                    address -> known.add(new AddressedRow(row, address)),
                    () -> unrecorded.add(new Outcome.Held(row.seq())));
            held |= email.isEmpty();
        }
        List<AddressedRow> sent = FairSelection.next(
                known, permits, inFlight.values().stream().map(InFlight::row).toList());
        sent.forEach(this::send);
        if (held) {
            recordOutcomes();
            maintenance.someAreHeld();
        }
        return held && permits > sent.size();
    }

    private List<PendingRow> due(Instant now) {
        return health.openUntil().isPresent() ? probe(now) : outbox.due(now, LOOKED_AT, busy(), MAX_DELAY);
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
            outbox.dueAll();
            return outbox.due(now, LOOKED_AT, busy(), MAX_DELAY);
        }
        return due;
    }

    private Set<String> busy() {
        return inFlight.values().stream()
                .map(sentRow -> sentRow.row().principalId())
                .collect(Collectors.toSet());
    }

    private void send(AddressedRow addressed) {
        PendingRow row = addressed.row();
        EndpointHealth sentBy = health;
        CompletableFuture<EntryResponse> answer =
                client.enter(sentBy.policy().runmesh().orElseThrow(), row, addressed.email());
        inFlight.put(row.seq(), new InFlight(row, sentBy, answer));
        underWay = inFlight.size();
        answer.whenComplete((said, failure) -> wake());
    }

    /** Looks at each row in flight, so that a wake-up that failed delays an answer and loses none. */
    private void collectAnswers() {
        for (InFlight sentRow : List.copyOf(inFlight.values())) {
            if (sentRow.answer().isDone()) {
                inFlight.remove(sentRow.row().seq());
                underWay = inFlight.size();
                answered(sentRow, sentRow.outcome());
            }
        }
    }

    private void answered(InFlight sentRow, EntryResponse answer) {
        Instant now = clock.instant();
        unrecorded.add(sentRow.sentBy().of(sentRow.row(), answer, now));
        // What an answer says of another Runmesh, or of another secret, is out of date.
        boolean current =
                sentRow.sentBy().policy().runmesh().equals(health.policy().runmesh());
        failuresOver |= !current || health.record(answer, now);
    }

    private Duration untilNext(Instant now) {
        Instant next = maintenance.next(now);
        Instant due = nextDispatch(now).orElse(next);
        Duration time = Duration.between(now, due.isBefore(next) ? due : next);
        return time.isNegative() ? Duration.ZERO : time.compareTo(MAX_SLEEP) > 0 ? MAX_SLEEP : time.plusMillis(1);
    }

    /** When something may be sent, if no answer comes before: those that are due bring news. */
    private Optional<Instant> nextDispatch(Instant now) {
        if (health.permits(now, MAX_IN_FLIGHT, inFlight.size()) > 0) {
            return outbox.nextDue(now, busy(), MAX_DELAY);
        }
        return inFlight.isEmpty() ? health.openUntil() : Optional.empty();
    }
}
