package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that keeps secrets fresh and configurations delivered. Each pass looks at all configurations, asks stores
 * for what is due, and delivers what differs. A pass follows every event, and comes at the latest with the next
 * recheck.
 */
final class RefreshLoop implements ReferencePlugin.ResolutionListener, Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshLoop.class);

    private static final Duration MAX_SLEEP = Duration.ofMinutes(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** Answers that come within this time are delivered together; those of a slower store when they come. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private final SharedState state;
    private final StoreRegistry stores;
    private final Reconciler reconciler;
    private final Supplier<ResolutionRules> rules;
    private final LongSupplier nanos;
    private final ExecutorService storeCallers;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, new StoreThreads("lumid-tokenstore-refresh"));
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile int neededCount;
    // Of the loop's thread alone.
    private final RecheckSchedule schedule = new RecheckSchedule();
    private Set<String> warned = Set.of();
    private Duration recheck;
    private String failure = "";
    private ScheduledFuture<?> next;

    /** @param storeCallers runs the waiting for stores */
    RefreshLoop(
            SharedState state,
            StoreRegistry stores,
            Reconciler reconciler,
            Supplier<ResolutionRules> rules,
            Duration recheck,
            LongSupplier nanos,
            ExecutorService storeCallers) {
        this.state = state;
        this.stores = stores;
        this.reconciler = reconciler;
        this.rules = rules;
        this.recheck = recheck;
        this.nanos = nanos;
        this.storeCallers = storeCallers;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
        // Also if a pass could not even say when the next one is due.
        thread.scheduleWithFixedDelay(this::wake, MAX_SLEEP.toSeconds(), MAX_SLEEP.toSeconds(), TimeUnit.SECONDS);
    }

    // Of any thread

    /** Makes a pass soon. */
    void wake() {
        if (!state.isClosed() && woken.compareAndSet(false, true)) {
            try {
                thread.execute(this::run);
            } catch (Throwable noThread) {
                // The pass stays queued, and the next call tries again to have a thread.
                woken.set(false);
                LOG.error(
                        "No thread for token stores ({}); the next event tries again.",
                        noThread.getClass().getName());
            }
        }
    }

    private void later(Runnable change) {
        changes.add(change);
        wake();
    }

    @Override
    public void delivered() {
        wake();
    }

    @Override
    public void resolvedForProbe(Resolution resolution) {
        reconciler.resolvedForProbe(resolution);
    }

    /** Takes the rules anew, and asks for every secret again. */
    void configure(Duration nextRecheck) {
        later(() -> {
            recheck = nextRecheck;
            changeRules(locator -> true);
        });
    }

    /** Stores of a prefix came, went or changed. */
    void storesChanged(String prefix) {
        later(() -> changeRules(locator -> prefix.equals(locator.prefix())));
    }

    /** Asks for every secret again. */
    void recheck() {
        later(() -> schedule.dueNow(locator -> true, nanos.getAsLong()));
    }

    /** How many secrets configurations refer to. */
    int neededCount() {
        return neededCount;
    }

    /**
     * Delivers nothing from now on, and keeps no secret. A thread that hangs in foreign code is left behind; it
     * delivers nothing any more either.
     */
    @Override
    public void close(StopDeadline deadline) {
        state.close();
        stores.close();
        storeCallers.shutdownNow();
        thread.shutdown();
        deadline.await(thread);
    }

    // Of the loop's thread

    /** Whatever fails is logged once, and the next pass follows. */
    private void run() {
        Duration wait = AFTER_FAILURE;
        try {
            woken.set(false);
            for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
                change.run();
            }
            wait = pass();
            failure = "";
        } catch (Throwable unexpected) {
            String name = unexpected.getClass().getName();
            if (!name.equals(failure)) {
                failure = name;
                // Without the message: it may quote anything.
                LOG.error("A pass over the references failed with {}; it is tried again.", name);
            }
        } finally {
            if (!state.isClosed() && !thread.isShutdown()) {
                sleep(wait);
            }
        }
    }

    private void sleep(Duration longest) {
        if (next != null) {
            next.cancel(false);
        }
        next = thread.schedule(this::run, longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void changeRules(Predicate<SecretLocator> due) {
        schedule.dueNow(due, nanos.getAsLong());
        state.rules(rules.get());
    }

    private Duration pass() {
        reconciler.inspect();
        Set<SecretLocator> needed = reconciler.needed();
        neededCount = needed.size();
        if (reconciler.isComplete()) {
            schedule.retainOnly(needed);
            Map<SecretLocator, String> kept = new HashMap<>(state.secrets());
            kept.keySet().retainAll(needed);
            state.secrets(kept);
        }
        Set<SecretLocator> due = schedule.due(needed, nanos.getAsLong());
        if (!due.isEmpty()) {
            ask(due);
            reconciler.inspect();
        }
        // What is wrong is logged once, for as long as it is.
        Set<String> warnings = reconciler.warnings();
        warnings.stream().filter(warning -> !warned.contains(warning)).forEach(LOG::warn);
        warned = warnings;
        long now = nanos.getAsLong();
        reconciler.reconcile(locators -> schedule.isComplete(locators, now), now);
        Duration longest = recheck.compareTo(MAX_SLEEP) < 0 ? recheck : MAX_SLEEP;
        return schedule.untilNext(reconciler.untilNext(longest, now), now);
    }

    private void ask(Set<SecretLocator> due) {
        schedule.asked(due, nanos.getAsLong());
        Map<String, CompletableFuture<Map<SecretLocator, StoreAnswer>>> asked = new TreeMap<>();
        due.stream()
                .collect(Collectors.groupingBy(SecretLocator::prefix, Collectors.toSet()))
                .forEach((prefix, locators) -> asked.put(prefix, ask(prefix, locators)));
        try {
            CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                    .get(QUICK.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | InterruptedException late) {
            // What is there is taken now, the rest when it comes.
        }
        for (CompletableFuture<Map<SecretLocator, StoreAnswer>> asking : asked.values()) {
            if (asking.isDone()) {
                asking.join().forEach(this::take);
            } else {
                asking.thenAccept(answers -> later(() -> answers.forEach(this::take)));
            }
        }
    }

    private CompletableFuture<Map<SecretLocator, StoreAnswer>> ask(String prefix, Set<SecretLocator> locators) {
        CompletableFuture<Map<SecretLocator, StoreAnswer>> asking = new CompletableFuture<>();
        try {
            asking.completeAsync(() -> stores.ask(locators), storeCallers);
        } catch (Throwable noThread) {
            asking.completeExceptionally(noThread);
        }
        return asking.exceptionally(failed -> {
            StoreAnswer none = new StoreAnswer.Failed(
                    Optional.empty(),
                    prefix + ": the store could not be asked ("
                            + failed.getClass().getName() + ")");
            return locators.stream().collect(Collectors.toMap(locator -> locator, locator -> none));
        });
    }

    private void take(SecretLocator locator, StoreAnswer answer) {
        long now = nanos.getAsLong();
        if (answer instanceof StoreAnswer.Value value) {
            schedule.answered(locator, now, recheck)
                    .ifPresent(why -> LOG.info("{} gives the value again that it did not give.", locator.prefix()));
            Map<SecretLocator, String> secrets = new HashMap<>(state.secrets());
            secrets.put(locator, value.text());
            state.secrets(secrets);
        } else if (answer instanceof StoreAnswer.Failed failed && !state.isClosed()) {
            String why = LogSafe.of(failed.sentence());
            if (schedule.failed(locator, why, now).filter(why::equals).isEmpty()) {
                LOG.warn(
                        "{}. {}",
                        why,
                        state.secret(locator).isPresent()
                                ? "The value it gave before stays in use, and it is asked again."
                                : "Configurations with the reference stay as they are written, and it is asked again.");
            }
        }
    }
}
