package id.lum.tokenstore.internal.delivery;

import id.lum.hooks.Printable;
import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.registry.StoreCalls;
import id.lum.tokenstore.internal.resolution.Fetched;
import id.lum.tokenstore.internal.resolution.StoreThreads;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the values at hand fresh. One thread decides everything; news reach it through a queue.
 *
 * <p>It cannot run in circles. A configuration is delivered only if what was served differs from what is at hand, and
 * before it is, it counts as served. Then only a value that a store gave differently, or a change of terms, makes a
 * difference again; a delivery asks no store. And whatever a store does, no configuration is delivered more than once a
 * second.
 */
final class Refresher implements ReferencePlugin.News, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);

    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** As long as the others wait for a store; the answers of a slower one are taken when they come. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private static final int COMPLAINTS_MOST = 1000;

    private final Board board;
    private final StoreCalls stores;
    private final Deliveries deliveries;
    private final Supplier<Terms> terms;
    private final LongSupplier nanos;
    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean closed;
    // In the thread alone.
    private final Schedule schedule = new Schedule();
    private final ExecutorService askers = Executors.newCachedThreadPool(new StoreThreads());
    private final Set<String> complaints = new HashSet<>();
    private Duration recheck;

    /** @param terms those of the settings and stores of the moment */
    Refresher(
            Board board,
            StoreCalls stores,
            Deliveries deliveries,
            Supplier<Terms> terms,
            Duration recheck,
            LongSupplier nanos) {
        this.board = board;
        this.stores = stores;
        this.deliveries = deliveries;
        this.terms = terms;
        this.recheck = recheck;
        this.nanos = nanos;
        this.thread = new StoreThreads().newThread(this::run);
        this.thread.setName("lumid-tokenstore-refresher");
    }

    // From any thread

    /** Begins with a look at all configurations. */
    void start() {
        inbox.add(deliveries::look);
        thread.start();
    }

    /** There may be something to do: the clock was moved. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            inbox.add(() -> woken.set(false));
        }
    }

    @Override
    public void seen() {
        wake();
    }

    @Override
    public void complaint(String sentence) {
        // The queue stays short, whatever is wrong with how many configurations.
        if (inbox.size() < COMPLAINTS_MOST) {
            inbox.add(() -> {
                if (complaints.size() < COMPLAINTS_MOST && complaints.add(sentence)) {
                    LOG.warn("{}", sentence);
                }
            });
        }
    }

    /** The settings changed: what was true of a value need not be. */
    void configure(Duration nextRecheck) {
        inbox.add(() -> {
            recheck = nextRecheck;
            schedule.dueNow(address -> true, nanos.getAsLong());
            changeTerms();
        });
    }

    /** Stores of a prefix came, went or changed. */
    void storesChanged(String prefix) {
        inbox.add(() -> {
            schedule.dueNow(address -> prefix.equals(address.prefix()), nanos.getAsLong());
            changeTerms();
        });
    }

    /** Every value is asked for again, and every configuration looked at. */
    void recheck() {
        inbox.add(() -> {
            schedule.dueNow(address -> true, nanos.getAsLong());
            deliveries.look();
        });
    }

    /** Nothing is delivered any more, and no value kept. */
    @Override
    public void close() {
        closed = true;
        board.close();
        stores.close();
        askers.shutdownNow();
        wake();
        try {
            thread.join(CLOSING.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        board.close();
    }

    // In the thread

    private void run() {
        while (!closed) {
            try {
                sleep(round());
            } catch (InterruptedException stop) {
                return;
            } catch (RuntimeException unexpected) {
                // Without the exception: nobody knows what its message quotes.
                LOG.error(
                        "A round of token stores failed with {}; the next follows.",
                        unexpected.getClass().getName());
                pause();
            }
        }
    }

    private void pause() {
        try {
            sleep(AFTER_TROUBLE);
        } catch (InterruptedException stop) {
            closed = true;
        }
    }

    private void sleep(Duration longest) throws InterruptedException {
        Runnable first = inbox.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
        for (Runnable next = first; next != null && !closed; next = inbox.poll()) {
            next.run();
        }
    }

    private void changeTerms() {
        Terms next = terms.get();
        if (!next.equals(board.terms())) {
            board.change(next);
            complaints.clear();
            deliveries.look();
        }
    }

    private Duration round() {
        deliveries.lookAtThoseByOtherTerms();
        Set<Address> needed = board.sightings().addresses();
        schedule.only(needed);
        hold(board.values().only(needed));
        for (Set<Address> ofOneStore : byPrefix(schedule.due(needed, nanos.getAsLong()))) {
            if (closed) {
                return Duration.ZERO;
            }
            ask(ofOneStore);
            deliver();
        }
        deliver();
        long now = nanos.getAsLong();
        return schedule.untilNext(deliveries.untilNext(LONGEST_SLEEP, now), now);
    }

    private static Iterable<Set<Address>> byPrefix(Set<Address> addresses) {
        return addresses.stream()
                .collect(Collectors.groupingBy(Address::prefix, TreeMap::new, Collectors.toSet()))
                .values();
    }

    /** One store after the other, but the values of a quick one do not wait for a slow one. */
    private void ask(Set<Address> addresses) {
        schedule.asked(addresses);
        CompletableFuture<Map<Address, Fetched>> answers =
                CompletableFuture.supplyAsync(() -> stores.ask(addresses), askers);
        try {
            answers.get(QUICK.toMillis(), TimeUnit.MILLISECONDS);
            take(addresses, answers);
        } catch (TimeoutException slow) {
            answers.whenComplete((outcomes, failure) -> inbox.add(() -> take(addresses, answers)));
        } catch (ExecutionException failed) {
            take(addresses, answers);
        } catch (InterruptedException stop) {
            closed = true;
        }
    }

    /** Of answers that are there. */
    private void take(Set<Address> addresses, CompletableFuture<Map<Address, Fetched>> answers) {
        try {
            answers.join().forEach(this::take);
        } finally {
            schedule.ended(addresses, nanos.getAsLong());
        }
    }

    private void take(Address address, Fetched outcome) {
        if (closed) {
            return;
        }
        boolean known = board.values().at(address).isPresent();
        if (outcome instanceof Fetched.Value value) {
            hold(board.values().with(address, value.text()));
            schedule.answered(address, nanos.getAsLong(), recheck)
                    .ifPresent(why -> LOG.info("{} gives the value again that it did not give.", address.prefix()));
        } else if (outcome instanceof Fetched.Failed failure) {
            String why = Printable.of(failure.sentence());
            if (schedule.failed(address, why, nanos.getAsLong())
                    .filter(why::equals)
                    .isEmpty()) {
                LOG.warn(
                        "{}. {}",
                        why,
                        known
                                ? "The value it gave before stays in use, and it is asked again."
                                : "Configurations with the reference stay as they are written, and it is asked again.");
            }
        }
    }

    private void hold(HeldValues values) {
        if (!closed) {
            board.change(values);
        }
    }

    private void deliver() {
        if (!closed) {
            deliveries.deliver(addresses -> schedule.isComplete(addresses, nanos.getAsLong()), nanos.getAsLong());
        }
    }
}
