package id.lum.engine.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.SwapMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks of a host as it changes, and the place where calls wait for a hook that is unavailable.
 *
 * <p>Calls read the hooks without a lock. The lock is held only to change the set of hooks or to wait; no foreign code
 * runs under it, logging included.
 */
final class HookRegistry {
    /** Each of them holds a thread of the host. */
    static final int MAX_WAITING = 256;

    private static final Logger LOG = LoggerFactory.getLogger(HookRegistry.class);

    private final HookKinds kinds;
    private final LongSupplier clock;
    private final OpenAccess openAccess;

    private final AbsenceLog absences = new AbsenceLog();
    private final HungCalls hungCalls = new HungCalls();
    private final SinklessRows sinklessRows = new SinklessRows();
    private final LongAdder waited = new LongAdder();
    private final LongAdder askedAgain = new LongAdder();
    private final LongAdder gaveUp = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Read anywhere, written under the lock.
    private volatile HookSet hooks = HookSet.EMPTY;
    private volatile EffectiveSettings effective;
    private volatile boolean closed;
    /** Of {@link #hooks}, {@link #effective} and {@link #closed}: made anew with each change. */
    private volatile Map<String, List<NextStep.Ask>> complete = Map.of();
    // Read and written under the lock.
    private final Set<RegisteredHook> registered = new LinkedHashSet<>();
    private long entriesMade;
    private int waiting;

    /**
     * @param clock nanoseconds, only ever forward
     * @param openAccess that of the host; outlives this
     */
    HookRegistry(HostSettings settings, HookKinds kinds, LongSupplier clock, OpenAccess openAccess) {
        this.kinds = kinds;
        this.clock = clock;
        this.openAccess = openAccess;
        this.effective = new EffectiveSettings(settings, clock.getAsLong());
    }

    HookKinds kinds() {
        return kinds;
    }

    String host() {
        return settings().host();
    }

    /** The host's name, fit for a log. */
    String label() {
        return LogSafe.of(host());
    }

    HostSettings settings() {
        return effective.settings();
    }

    void apply(HostSettings settings) {
        change(() -> {
            boolean sameRequirements = settings.required().equals(settings().required());
            effective =
                    new EffectiveSettings(settings, sameRequirements ? effective.requiredSince() : clock.getAsLong());
        });
    }

    /** Open access ends for good with the first hook that can refuse a caller. */
    boolean admitsEverybody() {
        return settings().open() && !openAccess.hasEnded() && !closed;
    }

    /** Must be called once a hook, and before {@link #left}. The hook may be of no kind that is declared so far. */
    void arrived(RegisteredHook hook) {
        change(() -> registered.add(hook));
        rescan();
    }

    /** More kinds were declared, and hooks that are there may be of one of them. */
    void rescan() {
        Map<RegisteredHook, List<HookKey>> arrived = new LinkedHashMap<>();
        // Under the lock, so that none is assigned that has left, and none is overlooked that arrives now.
        change(() -> registered.forEach(hook -> arrived.put(hook, assignKinds(hook))));
        arrived.forEach(this::noteArrival);
    }

    /** Returns what the hook was not assigned to before. */
    private List<HookKey> assignKinds(RegisteredHook hook) {
        List<String> known =
                hooks.heldBy(hook).stream().map(entry -> entry.key().kind()).toList();
        List<HookKey> added = kinds.among(hook.types()).stream()
                .filter(kind -> !known.contains(kind))
                .map(kind -> new HookKey(kind, hook.name()))
                .toList();
        added.forEach(key -> assign(key, hook));
        return added;
    }

    private void noteArrival(RegisteredHook hook, List<HookKey> arrived) {
        for (HookKey key : arrived) {
            LOG.info(
                    "{}: {} is there, ranking {}, of the bundle {}.",
                    label(),
                    key,
                    hook.ranking(),
                    LogSafe.of(hook.bundleName()));
            hungCalls.watch(hook, key);
            absences.arrived(key, host(), clock.getAsLong());
            warnOfTwins(key, hook);
        }
        if (hook.isRequired() && arrived.stream().noneMatch(key -> key.kind().equals(HookKinds.USAGE.id()))) {
            arrived.forEach(key -> LOG.warn(
                    "{}: {} sets {}, which has an effect for usage sinks alone. List it in the setting required of the "
                            + "view instead.",
                    label(),
                    key,
                    Hook.REQUIRED));
        }
    }

    private void warnOfTwins(HookKey key, RegisteredHook hook) {
        for (HookEntry entry : hooks.entries()) {
            if (entry.key().equals(key)
                    && entry.state() instanceof HookEntry.Present present
                    && present.hook() != hook
                    && !present.hook().isGone()) {
                LOG.warn(
                        "{}: {} is there twice, of the bundle {} and of the bundle {}. Both are asked, but after an update "
                                + "one may be taken for the other. Give each a {} of its own.",
                        label(),
                        key,
                        LogSafe.of(present.hook().bundleName()),
                        LogSafe.of(hook.bundleName()),
                        Hook.NAME);
                return;
            }
        }
    }

    /** Reuses the entry of an unavailable hook of the same kind and name, or adds one. */
    private void assign(HookKey key, RegisteredHook hook) {
        if (key.kind().equals(HookKinds.IDENTITY.id()) || key.kind().equals(HookKinds.PERMISSION.id())) {
            openAccess.end();
        }
        long number = hooks.entries().stream()
                .filter(entry -> entry.key().equals(key) && !entry.isPresent())
                .findFirst()
                .map(HookEntry::number)
                .orElseGet(() -> entriesMade++);
        HookEntry entry = HookEntry.of(number, key, hook);
        hooks = hooks.without(entry).with(entry);
    }

    /** A changed ranking moves a hook; under a changed name it is another one, and the one it was is unavailable. */
    void modified(RegisteredHook hook) {
        List<HookKey> renamed = new ArrayList<>();
        change(() -> {
            for (HookEntry entry : hooks.heldBy(hook)) {
                HookKey key = new HookKey(entry.key().kind(), hook.name());
                if (key.equals(entry.key())) {
                    hooks = hooks.without(entry).with(HookEntry.of(entry.number(), key, hook));
                } else {
                    hooks = hooks.without(entry).with(entry.unavailableSince(clock.getAsLong()));
                    assign(key, hook);
                    renamed.add(key);
                }
            }
        });
        renamed.forEach(key -> absences.arrived(key, host(), clock.getAsLong()));
    }

    /** The hook is unavailable from now on. Another hook of the same name does not replace it. */
    void left(RegisteredHook hook) {
        List<HookKey> gone = new ArrayList<>();
        change(() -> {
            registered.remove(hook);
            for (HookEntry entry : hooks.heldBy(hook)) {
                hooks = hooks.without(entry).with(entry.unavailableSince(clock.getAsLong()));
                gone.add(entry.key());
            }
        });
        hook.release();
        // The tracker of a view that is withdrawn reports every hook, also those that stay.
        if (!closed) {
            gone.forEach(key -> LOG.info("{}: {} has left.", label(), key));
        }
    }

    /**
     * No longer waits for the hooks of a name: an operator says that they are gone for good.
     *
     * @return how many were unavailable
     */
    int remove(String name) {
        List<HookKey> removed = new ArrayList<>();
        change(() -> {
            for (HookEntry entry : hooks.entries()) {
                if (!entry.isPresent() && entry.key().name().equals(name)) {
                    hooks = hooks.without(entry);
                    removed.add(entry.key());
                }
            }
        });
        removed.forEach(key -> LOG.warn("{}: {} was removed by command.", label(), key));
        return removed.size();
    }

    /**
     * Looks whether the service of a hook has left, because the tracker may not have reported that yet.
     *
     * @return whether the hook is unavailable now; it may have been so before
     */
    boolean markUnavailableIfUnregistered(RegisteredHook hook) {
        if (hook.isGone()) {
            left(hook);
        }
        return hooks.heldBy(hook).isEmpty();
    }

    /** In nanoseconds, only ever forward. */
    long now() {
        return clock.getAsLong();
    }

    SinklessRows sinklessRows() {
        return sinklessRows;
    }

    void countAskedAgain() {
        askedAgain.increment();
    }

    /** The hooks of a kind to ask, in order; none if one is missing. Another list after each change of any kind. */
    List<NextStep.Ask> complete(String kind) {
        return complete.getOrDefault(kind, List.of());
    }

    /**
     * The next hook to ask, after a wait if it is unavailable.
     *
     * @return {@link NextStep.Ask}, {@link NextStep.GiveUp} or {@link NextStep.Done}
     * @throws HookRejection with 503 if the view is closed, too many wait already, or the caller was interrupted
     */
    NextStep next(String kind, Predicate<HookPlace> passed) {
        if (!closed) {
            NextStep step = step(kind, passed);
            if (step instanceof NextStep.Ask || step instanceof NextStep.Done) {
                return step;
            }
        }
        List<HookKey> removed = new ArrayList<>();
        try {
            NextStep step = await(kind, passed, removed);
            if (step instanceof NextStep.GiveUp gaveUp) {
                absences.gaveUp(gaveUp, settings(), clock.getAsLong());
            }
            return step;
        } finally {
            removed.forEach(key -> LOG.warn(
                    "{}: {} did not come back within {} ms and is removed; it is not required.",
                    label(),
                    key,
                    settings().grace().toMillis()));
        }
    }

    private NextStep await(String kind, Predicate<HookPlace> passed, List<HookKey> removed) {
        lock.lock();
        try {
            boolean counted = false;
            while (!closed) {
                NextStep step = step(kind, passed);
                if (step instanceof NextStep.Remove remove) {
                    hooks = hooks.without(remove.entry());
                    removed.add(remove.entry().key());
                    hasChanged();
                } else if (step instanceof NextStep.Wait wait) {
                    if (!counted) {
                        waited.increment();
                        counted = true;
                    }
                    park(wait.nanos());
                } else {
                    if (step instanceof NextStep.GiveUp) {
                        gaveUp.increment();
                    }
                    return step;
                }
            }
            throw HookRejection.unavailable("The hooks of this server are shutting down.");
        } finally {
            lock.unlock();
        }
    }

    private void park(long nanos) {
        if (waiting == MAX_WAITING) {
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

    private NextStep step(String kind, Predicate<HookPlace> passed) {
        return hooks.step(kind, passed, effective, clock);
    }

    /** Logs which hooks have not returned for long; to be called every few seconds. */
    void lookForHungCalls() {
        hungCalls.look(this);
    }

    boolean holds(CallsUnderWay calls) {
        return hooks.entries().stream()
                .anyMatch(entry -> entry.state() instanceof HookEntry.Present present
                        && present.hook().calls() == calls);
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

    boolean hasHooks() {
        return !hooks.entries().isEmpty();
    }

    List<HookStatus> statuses() {
        for (HookEntry entry : hooks.entries()) {
            if (entry.state() instanceof HookEntry.Present present) {
                markUnavailableIfUnregistered(present.hook());
            }
        }
        return hooks.statuses(settings(), kinds.ids());
    }

    SwapMetrics swaps() {
        return new SwapMetrics(waited.sum(), askedAgain.sum(), gaveUp.sum(), sinklessRows.count());
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            hasChanged();
        } finally {
            lock.unlock();
        }
    }

    private void hasChanged() {
        complete = closed ? Map.of() : hooks.complete(settings());
        changed.signalAll();
    }
}
