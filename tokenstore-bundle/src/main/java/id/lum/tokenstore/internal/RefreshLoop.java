package id.lum.tokenstore.internal;

import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.osgi.framework.InvalidSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that keeps secrets fresh and configurations delivered. Each pass looks at all configurations, asks stores
 * for what is due, and delivers what differs. A pass follows every event, and comes at the latest with the next
 * recheck.
 */
final class RefreshLoop implements ReferencePlugin.DeliveryListener, Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshLoop.class);

    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** Answers that come within this time are delivered together; those of a slower store when they come. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private final SecretCache secrets;
    private final ReferencePlugin plugin;
    private final StoreRegistry stores;
    private final Reconciler reconciler;
    private final LongSupplier nanos;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, new NamedThreads("lumid-tokenstore-refresh"));
    /** What others did. Each may be taken late and after others, and so reads what is so then. */
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile int neededCount;
    private volatile TokenStoreSettings configured;
    // Of the loop's thread alone.
    private final Map<SecretLocator, CompletableFuture<StoreAnswer>> asked = new HashMap<>();
    private TokenStoreSettings settings;
    private long nextPass;
    private String failure = "";
    private Set<String> changeFailures = Set.of();

    RefreshLoop(
            SecretCache secrets,
            ReferencePlugin plugin,
            StoreRegistry stores,
            Reconciler reconciler,
            TokenStoreSettings settings,
            LongSupplier nanos) {
        this.secrets = secrets;
        this.plugin = plugin;
        this.stores = stores;
        this.reconciler = reconciler;
        this.configured = settings;
        this.settings = settings;
        this.nanos = nanos;
        nextPass = nanos.getAsLong();
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    // Of any thread

    /** Begins. The thread is there from now on: where none is to be had this fails, and no event is lost later. */
    void open() {
        thread.scheduleWithFixedDelay(this::passIfDue, 0, 1, TimeUnit.SECONDS);
    }

    /** Makes a pass soon. */
    @Override
    public void wake() {
        if (woken.compareAndSet(false, true)) {
            thread.execute(this::passIfDue);
        }
    }

    private void later(Runnable change) {
        changes.add(change);
        wake();
    }

    /** Takes the rules anew, and asks for every secret again. */
    void configure(TokenStoreSettings next) {
        configured = next;
        later(() -> {
            settings = configured;
            secrets.configure(settings.recheck());
            takeRules(locator -> true);
        });
    }

    /** Stores of a prefix came, went or changed. */
    void storesChanged(String prefix) {
        later(() -> takeRules(locator -> prefix.equals(locator.prefix())));
    }

    /** Asks for every secret again. */
    void recheck() {
        later(() -> secrets.dueNow(locator -> true));
    }

    /** How many secrets configurations refer to. */
    int neededCount() {
        return neededCount;
    }

    /** Delivers nothing from now on. A thread that hangs in foreign code is left behind. */
    @Override
    public void close(StopDeadline deadline) {
        reconciler.close();
        stores.close();
        thread.shutdown();
        deadline.await(thread);
    }

    // Of the loop's thread

    /** A periodic task that throws would not run again. */
    private void passIfDue() {
        try {
            if (woken.get() || nextPass - nanos.getAsLong() <= 0) {
                pass();
            }
        } catch (Throwable triedAgainInASecond) {
            // For want of memory, which a line in the log needs, too.
        }
    }

    /** Whatever fails is logged once, and the next pass follows. */
    private void pass() {
        Duration pause = AFTER_FAILURE;
        try {
            woken.set(false);
            pause = reconcile();
            failure = "";
        } catch (Throwable unexpected) {
            String name = unexpected.getClass().getName();
            if (!name.equals(failure)) {
                failure = name;
                // Without the message: it may quote anything.
                LOG.error("A pass over the references failed with {}; it is tried again.", name);
            }
        }
        nextPass = nanos.getAsLong() + pause.toNanos();
    }

    /** Returns how long until the next pass. */
    private Duration reconcile() throws IOException, InvalidSyntaxException {
        secrets.retainUnderWay(asked.keySet());
        takeChanges();
        reconciler.inspect();
        Set<SecretLocator> needed = reconciler.needed();
        neededCount = needed.size();
        secrets.retainOnly(needed);
        Set<SecretLocator> due = secrets.beginDue(needed);
        if (!due.isEmpty()) {
            ask(due);
            // The answers that came have woken the loop, and the rest of this pass is for them.
            woken.set(false);
            takeChanges();
            reconciler.inspect();
            if (!secrets.haveBegun(reconciler.needed())) {
                // A configuration has come meanwhile.
                wake();
            }
        }
        reconciler.warn();
        reconciler.reconcile();
        Duration pause = changeFailures.isEmpty() ? MAX_PAUSE : AFTER_FAILURE;
        Duration most = settings.recheck().compareTo(pause) < 0 ? settings.recheck() : pause;
        return reconciler.untilNext(secrets.untilNext(most));
    }

    /** One that fails is made again by the next pass, and does not keep those behind it from being taken. */
    private void takeChanges() {
        Set<String> failures = new TreeSet<>();
        changes.removeIf(change -> succeeds(change, failures));
        asked.entrySet()
                .removeIf(question -> question.getValue().isDone()
                        && succeeds(
                                () -> secrets.answered(
                                        question.getKey(), question.getValue().join()),
                                failures));
        boolean known = failures.equals(changeFailures);
        changeFailures = failures;
        if (!known && !failures.isEmpty()) {
            // Without the message: it may quote anything.
            LOG.error("A change of stores or settings could not be taken ({}); it is tried again.", failures);
        }
    }

    private static boolean succeeds(Runnable change, Set<String> failures) {
        try {
            change.run();
            return true;
        } catch (Throwable unexpected) {
            failures.add(unexpected.getClass().getName());
            return false;
        }
    }

    /** The rules first: while they cannot be had, a retry must not ask stores each time. */
    private void takeRules(Predicate<SecretLocator> due) {
        plugin.rules(ResolutionRules.of(settings, stores.prefixes()));
        secrets.dueNow(due);
    }

    private void ask(Set<SecretLocator> due) {
        CompletableFuture<?>[] taken = due.stream()
                .map(locator -> asked.computeIfAbsent(locator, this::begin).thenRun(this::wake))
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(taken).get(QUICK.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | InterruptedException late) {
            // What is there is taken now, the rest when it comes.
        }
    }

    private CompletableFuture<StoreAnswer> begin(SecretLocator locator) {
        return CompletableFuture.completedFuture(locator)
                .thenCompose(stores::ask)
                .exceptionally(failed -> new StoreAnswer.Failed(locator + ": the store could not be asked"));
    }
}
