package id.lum.hooks.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.SwapCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roster of a host as it changes, and the place where calls wait for a hook that is missed.
 *
 * <p>Calls read the roster without a lock. The lock is taken to change it and to wait, for a few instructions at a
 * time, and never while foreign code runs.
 */
final class LiveRoster {
    /** Each of them holds a thread of the host. */
    static final int WAITING_MOST = 256;

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoster.class);

    private final BundleContext bundle;
    private final LongSupplier clock;

    private final LongAdder waited = new LongAdder();
    private final LongAdder askedAgain = new LongAdder();
    private final LongAdder gaveUp = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Written under the lock only.
    private volatile Roster roster = Roster.EMPTY;
    private volatile Terms terms;
    private volatile boolean closed;
    private volatile boolean guarded;
    private long slotNumbers;
    private int waiting;

    /** @param clock nanoseconds, only ever forward */
    LiveRoster(BundleContext bundle, HostSettings settings, LongSupplier clock) {
        this.bundle = bundle;
        this.clock = clock;
        this.terms = new Terms(settings, clock.getAsLong());
    }

    HostSettings settings() {
        return terms.settings();
    }

    void apply(HostSettings settings) {
        change(() -> {
            boolean sameDemands = settings.required().equals(terms.settings().required());
            terms = new Terms(settings, sameDemands ? terms.since() : clock.getAsLong());
        });
    }

    /** Open access ends for good with the first hook that could have kept somebody out. */
    boolean admitsEverybody() {
        return terms.settings().open() && !guarded && !closed;
    }

    void arrived(ServiceReference<?> reference) {
        for (HookKind<?> kind : kindsOf(reference)) {
            RegisteredHook hook = new RegisteredHook(bundle, reference);
            HookKey key = new HookKey(kind, nameOf(reference));
            change(() -> {
                guarded |= kind.equals(HookKind.IDENTITY) || kind.equals(HookKind.PERMISSION);
                Slot.Present present = new Slot.Present(hook);
                long number = roster.find(slot -> slot.key().equals(key) && !slot.isPresent())
                        .map(missed -> {
                            roster = roster.without(missed);
                            return missed.number();
                        })
                        .orElseGet(() -> slotNumbers++);
                roster = roster.with(new Slot(number, key, rankingOf(reference), ageOf(reference), present));
            });
            LOG.info("{}: {} is there, ranking {}.", host(), key, rankingOf(reference));
        }
    }

    /** A changed ranking moves a hook; a changed name makes it leave and arrive. */
    void modified(ServiceReference<?> reference) {
        boolean renamed = roster.slots().stream()
                .anyMatch(slot -> isFrom(slot, reference) && !slot.key().name().equals(nameOf(reference)));
        if (renamed) {
            left(reference);
            arrived(reference);
            return;
        }
        change(() -> roster = new Roster(roster.slots().stream()
                .map(slot -> isFrom(slot, reference)
                        ? new Slot(slot.number(), slot.key(), rankingOf(reference), slot.age(), slot.state())
                        : slot)
                .toList()));
    }

    void left(ServiceReference<?> reference) {
        List<RegisteredHook> gone = new ArrayList<>();
        change(() -> {
            for (Slot slot : roster.slots()) {
                if (isFrom(slot, reference)) {
                    gone.add(((Slot.Present) slot.state()).hook());
                    boolean another = roster.find(other -> other.number() != slot.number()
                                    && other.key().equals(slot.key())
                                    && other.isPresent())
                            .isPresent();
                    Slot.Missed missed = new Slot.Missed(clock.getAsLong());
                    roster = another
                            ? roster.without(slot)
                            : roster.replacing(
                                    slot, was -> new Slot(was.number(), was.key(), was.ranking(), was.age(), missed));
                    LOG.info("{}: {} has left.", host(), slot.key());
                }
            }
        });
        gone.forEach(RegisteredHook::release);
    }

    boolean hasLeft(Turn.Ask asked) {
        return roster.find(slot -> slot.holds(asked.hook())).isEmpty();
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
    Turn next(HookKind<?> kind, Set<Object> settled) {
        Turn turn = closed ? new Turn.Wait(0) : roster.turn(kind, settled, terms, clock.getAsLong());
        return turn instanceof Turn.Ask || turn instanceof Turn.Done ? turn : await(kind, settled);
    }

    private Turn await(HookKind<?> kind, Set<Object> settled) {
        lock.lock();
        try {
            boolean counted = false;
            while (!closed) {
                Turn turn = roster.turn(kind, settled, terms, clock.getAsLong());
                if (turn instanceof Turn.Forget forget) {
                    LOG.warn(
                            "{}: {} did not come back within {} ms and is forgotten; nobody requires it.",
                            host(),
                            forget.slot().key(),
                            settings().grace().toMillis());
                    roster = roster.without(forget.slot());
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
            throw HookRejection.unavailable("This server's hooks are shutting down.");
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

    /** Lets waiting calls look again: for a clock that is moved by hand. */
    void lookAgain() {
        change(() -> {});
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
        Roster now = roster;
        List<Requirement> required = settings().required();
        List<HookStatus> statuses = new ArrayList<>();
        for (HookKind<?> kind : HookKind.ALL) {
            for (Requirement requirement : required) {
                if (requirement.kind().equals(kind)
                        && now.of(kind).stream().noneMatch(slot -> requirement.covers(slot.key()))) {
                    statuses.add(new HookStatus(
                            kind.word(), requirement.name().orElse(""), 0, true, HookStatus.State.MISSED));
                }
            }
            for (Slot slot : now.of(kind)) {
                statuses.add(new HookStatus(
                        kind.word(),
                        slot.key().name(),
                        slot.ranking(),
                        required.stream().anyMatch(requirement -> requirement.covers(slot.key())),
                        slot.isPresent() ? HookStatus.State.PRESENT : HookStatus.State.MISSED));
            }
        }
        return List.copyOf(statuses);
    }

    SwapCounts swaps() {
        return new SwapCounts(waited.sum(), askedAgain.sum(), gaveUp.sum());
    }

    String host() {
        return terms.settings().host();
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

    private static boolean isFrom(Slot slot, ServiceReference<?> reference) {
        return slot.state() instanceof Slot.Present present && present.hook().isFrom(reference);
    }

    private static List<HookKind<?>> kindsOf(ServiceReference<?> reference) {
        List<String> types = List.of((String[]) reference.getProperty(Constants.OBJECTCLASS));
        return HookKind.ALL.stream()
                .filter(kind -> types.contains(kind.type().getName()))
                .toList();
    }

    private static String nameOf(ServiceReference<?> reference) {
        return reference.getProperty(Hook.NAME) instanceof String name && !name.isBlank()
                ? name
                : String.valueOf(reference.getBundle().getSymbolicName());
    }

    /** OSGi Core section 5.2.5: a ranking that is no Integer counts as zero. */
    private static int rankingOf(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    private static long ageOf(ServiceReference<?> reference) {
        return (Long) reference.getProperty(Constants.SERVICE_ID);
    }
}
