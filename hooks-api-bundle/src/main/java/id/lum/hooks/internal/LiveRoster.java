package id.lum.hooks.internal;

import id.lum.hooks.HookRejection;
import id.lum.hooks.Printable;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.SwapCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roster of a host as it changes, and the place where calls wait for a hook that is missed.
 *
 * <p>Calls read the roster without a lock. The lock is taken to change it and to wait, for a few instructions at a
 * time; no foreign code runs under it, logging included.
 */
final class LiveRoster {
    /** Each of them holds a thread of the host. */
    static final int WAITING_MOST = 256;

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoster.class);

    private final LongSupplier clock;
    private final AtomicBoolean guarded;

    private final LongAdder waited = new LongAdder();
    private final LongAdder askedAgain = new LongAdder();
    private final LongAdder gaveUp = new LongAdder();
    private final LongAdder rowsWithoutSink = new LongAdder();
    private final AtomicBoolean withoutSink = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Read anywhere, written under the lock.
    private volatile Roster roster = Roster.EMPTY;
    private volatile Terms terms;
    private volatile boolean closed;
    // Read and written under the lock.
    private long slotsMade;
    private int waiting;

    /**
     * @param clock nanoseconds, only ever forward
     * @param guarded whether the host has ever had a hook that could keep somebody out; outlives this
     */
    LiveRoster(HostSettings settings, LongSupplier clock, AtomicBoolean guarded) {
        this.clock = clock;
        this.guarded = guarded;
        this.terms = new Terms(settings, clock.getAsLong());
    }

    String host() {
        return settings().host();
    }

    /** The host's name, fit for a log. */
    String label() {
        return Printable.of(host());
    }

    HostSettings settings() {
        return terms.settings();
    }

    void apply(HostSettings settings) {
        change(() -> {
            boolean sameDemands = settings.required().equals(settings().required());
            terms = new Terms(settings, sameDemands ? terms.since() : clock.getAsLong());
        });
    }

    /** Open access ends for good with the first hook that could have kept somebody out. */
    boolean admitsEverybody() {
        return settings().open() && !guarded.get() && !closed;
    }

    void arrived(RegisteredHook hook) {
        for (HookKind<?> kind : hook.kinds()) {
            HookKey key = new HookKey(kind, hook.name());
            change(() -> seat(key, hook));
            LOG.info("{}: {} is there, ranking {}.", label(), key, hook.ranking());
        }
    }

    /** Takes the slot of a missed hook of the same kind and name, or a new one. */
    private void seat(HookKey key, RegisteredHook hook) {
        if (key.kind().equals(HookKind.IDENTITY) || key.kind().equals(HookKind.PERMISSION)) {
            guarded.set(true);
        }
        long number = roster.slots().stream()
                .filter(slot -> slot.key().equals(key) && !slot.isPresent())
                .findFirst()
                .map(Slot::number)
                .orElseGet(() -> slotsMade++);
        Slot slot = Slot.of(number, key, hook);
        roster = roster.without(slot).with(slot);
    }

    /** A changed ranking moves a hook; under a changed name it is another one, and the one it was is missed. */
    void modified(RegisteredHook hook) {
        change(() -> {
            for (Slot slot : roster.heldBy(hook)) {
                HookKey key = new HookKey(slot.key().kind(), hook.name());
                if (key.equals(slot.key())) {
                    roster = roster.without(slot).with(Slot.of(slot.number(), key, hook));
                } else {
                    roster = roster.without(slot).with(slot.missedSince(clock.getAsLong()));
                    seat(key, hook);
                }
            }
        });
    }

    /** The hook is missed from now on, also when another goes by the same name: each must be back before it is not. */
    void left(RegisteredHook hook) {
        List<HookKey> gone = new ArrayList<>();
        change(() -> {
            for (Slot slot : roster.heldBy(hook)) {
                roster = roster.without(slot).with(slot.missedSince(clock.getAsLong()));
                gone.add(slot.key());
            }
        });
        hook.release();
        gone.forEach(key -> LOG.info("{}: {} has left.", label(), key));
    }

    /**
     * No longer misses the hooks of a name: an operator says that they are gone for good.
     *
     * @return how many were missed
     */
    int forget(String name) {
        List<HookKey> forgotten = new ArrayList<>();
        change(() -> {
            for (Slot slot : roster.slots()) {
                if (!slot.isPresent() && slot.key().name().equals(name)) {
                    roster = roster.without(slot);
                    forgotten.add(slot.key());
                }
            }
        });
        forgotten.forEach(key -> LOG.warn("{}: {} is forgotten, by command.", label(), key));
        return forgotten.size();
    }

    boolean hasLeft(RegisteredHook hook) {
        if (hook.isGone()) {
            left(hook);
        }
        return roster.heldBy(hook).isEmpty();
    }

    /** In nanoseconds, only ever forward. */
    long now() {
        return clock.getAsLong();
    }

    void countRowsWithoutSink(int rows) {
        rowsWithoutSink.add(rows);
        if (!withoutSink.getAndSet(true)) {
            LOG.warn(
                    "{}: there is no usage sink, so usage rows are lost; hooks:list counts them. Install a sink, or require "
                            + "usage so that the host keeps its rows.",
                    label());
        }
    }

    void countRowsWithSink() {
        if (withoutSink.get() && withoutSink.getAndSet(false)) {
            LOG.info("{}: usage rows have a sink again; {} had none so far.", label(), rowsWithoutSink.sum());
        }
    }

    void countAskedAgain() {
        askedAgain.increment();
    }

    /**
     * The next hook to ask, after a wait if it is missed.
     *
     * @return {@link Turn.Ask}, {@link Turn.GiveUp} or {@link Turn.Done}
     * @throws HookRejection with 503 if the view is closed, too many wait already, or the caller was interrupted
     */
    Turn next(HookKind<?> kind, Predicate<Object> settled) {
        if (!closed) {
            Turn turn = turn(kind, settled);
            if (turn instanceof Turn.Ask || turn instanceof Turn.Done) {
                return turn;
            }
        }
        List<HookKey> forgotten = new ArrayList<>();
        try {
            return await(kind, settled, forgotten);
        } finally {
            forgotten.forEach(key -> LOG.warn(
                    "{}: {} did not come back within {} ms and is forgotten; nobody requires it.",
                    label(),
                    key,
                    settings().grace().toMillis()));
        }
    }

    private Turn await(HookKind<?> kind, Predicate<Object> settled, List<HookKey> forgotten) {
        lock.lock();
        try {
            boolean counted = false;
            while (!closed) {
                Turn turn = turn(kind, settled);
                if (turn instanceof Turn.Forget forget) {
                    roster = roster.without(forget.slot());
                    forgotten.add(forget.slot().key());
                    changed.signalAll();
                } else if (turn instanceof Turn.Wait wait) {
                    if (!counted) {
                        waited.increment();
                        counted = true;
                    }
                    park(wait.nanos());
                } else {
                    if (turn instanceof Turn.GiveUp) {
                        gaveUp.increment();
                    }
                    return turn;
                }
            }
            throw HookRejection.unavailable("The hooks of this server are shutting down.");
        } finally {
            lock.unlock();
        }
    }

    private void park(long nanos) {
        if (waiting == WAITING_MOST) {
            gaveUp.increment();
            throw HookRejection.unavailable("Too many requests wait for a hook of this server; try again shortly.");
        }
        waiting++;
        try {
            changed.awaitNanos(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HookRejection.unavailable("The request was interrupted while it waited for a hook of this server.");
        } finally {
            waiting--;
        }
    }

    private Turn turn(HookKind<?> kind, Predicate<Object> settled) {
        return roster.turn(kind, settled, terms, clock.getAsLong());
    }

    int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Every call from now on, and every one that waits, gets a 503. */
    void close() {
        change(() -> closed = true);
    }

    List<HookStatus> statuses() {
        for (Slot slot : roster.slots()) {
            if (slot.state() instanceof Slot.Present present) {
                hasLeft(present.hook());
            }
        }
        return roster.statuses(settings());
    }

    SwapCounts swaps() {
        return new SwapCounts(waited.sum(), askedAgain.sum(), gaveUp.sum(), rowsWithoutSink.sum());
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
