package id.lum.lumilake.internal.optimizer;

import id.lum.support.lifecycle.Backoff;
import id.lum.support.lifecycle.ServiceWithdrawal;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.lifecycle.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the catalog of the configured optimizer, and publishes a provider exactly while there is one in force.
 *
 * <p>A catalog is asked for when the configuration comes, again and again with growing pauses while that fails, and
 * from then on at every period; while a refresh fails, the last one stays in force. It counts for the server that gave
 * it. When another server is configured, the old one serves until the first answer about the new one, so that no call
 * finds nothing: a catalog takes its place at once, and a failure withdraws the provider, because tokens must not go
 * for long to a server that the operator no longer names.
 */
public final class RemoteOptimizers implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteOptimizers.class);

    static final Backoff RETRIES = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));

    private static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(10);

    /** A catalog is there or has failed before this is over. */
    private static final Duration BACKSTOP = Duration.ofSeconds(1);

    /** An exchange about the catalog and the wait for the next; whatever concerns an earlier one is of no interest. */
    private record Attempt(OptimizerSettings settings, CompletableFuture<String> outcome) {}

    private final OptimizerClient client;
    private final ProviderPublication publication;
    private final Timer timer;
    private final Clock clock;
    private final RandomGenerator random;
    private final ServiceRegistration<OptimizerCommands> commands;

    // Guarded by this, as what follows. Foreign code runs under the lock only where services come and go.
    private Optional<OptimizerSettings> wanted = Optional.empty();
    private Optional<Attempt> latest = Optional.empty();
    private String lastFailure = "";
    private int failures;
    private boolean closed;

    RemoteOptimizers(
            BundleContext bundle,
            Map<String, ?> properties,
            OptimizerClient client,
            Timer timer,
            Clock clock,
            RandomGenerator random) {
        this.client = client;
        this.publication = new ProviderPublication(bundle, properties, client);
        this.timer = timer;
        this.clock = clock;
        this.random = random;
        this.commands = bundle.registerService(
                OptimizerCommands.class, new OptimizerCommands(this), OptimizerCommands.properties());
    }

    /**
     * No optimizer yet.
     *
     * @param bundle who publishes the provider
     * @param properties what the provider is published with
     * @return to be closed
     */
    public static RemoteOptimizers publishedBy(BundleContext bundle, Map<String, ?> properties) {
        Timer timer = new ThreadTimer("Lumilake optimizer catalog");
        try {
            OptimizerClient client = new OptimizerClient(CATALOG_TIMEOUT);
            try {
                return new RemoteOptimizers(
                        bundle,
                        properties,
                        client,
                        timer,
                        Clock.systemUTC(),
                        () -> ThreadLocalRandom.current().nextLong());
            } catch (RuntimeException | Error failed) {
                client.close();
                throw failed;
            }
        } catch (RuntimeException | Error failed) {
            timer.close();
            throw failed;
        }
    }

    /**
     * Applies settings. Returns at once; the catalog comes later.
     *
     * @param settings where the optimizer is; empty for none
     */
    public synchronized void apply(Optional<OptimizerSettings> settings) {
        if (closed || settings.equals(wanted)) {
            return;
        }
        wanted = settings;
        failures = 0;
        lastFailure = "";
        if (settings.isEmpty()) {
            supersede(Optional.empty());
            publication.withdraw();
            LOG.info("No remote optimizer is configured.");
            return;
        }
        // The same server with other settings: its catalog is known.
        publication
                .from(settings.get())
                .ifPresent(now -> publication.install(new CatalogSnapshot(settings.get(), now.catalog(), now.since())));
        fetch(settings.get());
    }

    private CompletableFuture<String> fetch(OptimizerSettings settings) {
        Attempt attempt = new Attempt(settings, new CompletableFuture<>());
        supersede(Optional.of(attempt));
        // On the timer's thread: what listens for services must not hold up an exchange.
        CompletableFuture<CatalogResponse> exchange = ask(settings);
        exchange.whenComplete((answer, failure) -> timer.after(Duration.ZERO, () -> record(attempt, exchange)));
        return attempt.outcome();
    }

    private CompletableFuture<CatalogResponse> ask(OptimizerSettings settings) {
        try {
            return client.catalog(settings);
        } catch (RuntimeException | Error failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    /** Of an exchange that is over. Of a failure that nobody foresaw, and so may quote anything, the kind alone. */
    private static CatalogResponse answerOf(CompletableFuture<CatalogResponse> exchange) {
        try {
            return exchange.join();
        } catch (CancellationException | CompletionException failure) {
            LOG.debug("No catalog", failure);
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return new CatalogResponse.Failed(cause.getClass().getSimpleName());
        }
    }

    private void supersede(Optional<Attempt> next) {
        latest.ifPresent(before -> before.outcome().complete("Something later counts instead."));
        latest = next;
    }

    private synchronized void record(Attempt attempt, CompletableFuture<CatalogResponse> exchange) {
        if (!isLatest(attempt)) {
            return;
        }
        try {
            CatalogResponse answer = answerOf(exchange);
            if (answer instanceof Catalog catalog) {
                publication.install(new CatalogSnapshot(attempt.settings(), catalog, clock.instant()));
                failures = 0;
                lastFailure = "";
            } else {
                failures++;
                fail(attempt.settings(), ((CatalogResponse.Failed) answer).reason());
            }
        } catch (RuntimeException | Error refused) {
            failures++;
            lastFailure = "it cannot be put in force: " + refused.getClass().getSimpleName();
            LOG.error(
                    "The catalog of optimizers at {} cannot be put in force. It is tried again.",
                    attempt.settings().catalogUrl(),
                    refused);
        } finally {
            again(attempt, failures == 0 ? attempt.settings().refresh() : RETRIES.after(failures, random));
            attempt.outcome().complete(describe());
        }
    }

    private void again(Attempt attempt, Duration delay) {
        timer.after(delay, () -> {
            synchronized (this) {
                if (isLatest(attempt)) {
                    fetch(attempt.settings());
                }
            }
        });
    }

    private boolean isLatest(Attempt attempt) {
        return latest.filter(now -> now == attempt).isPresent();
    }

    private void fail(OptimizerSettings settings, String reason) {
        boolean stays = publication.from(settings).isPresent();
        if (reason.equals(lastFailure)) {
            LOG.debug("The catalog at {} still cannot be had: {}.", settings.catalogUrl(), reason);
        } else {
            LOG.error(
                    "The catalog of optimizers at {} cannot be had: {}. It is tried again; {}.",
                    settings.catalogUrl(),
                    reason,
                    stays
                            ? "the last one stays in force"
                            : "until then no remote optimizer is offered, and everything else works");
        }
        lastFailure = reason;
        if (!stays) {
            publication.withdraw();
        }
    }

    /** Asks for the catalog now, and returns what came of it. */
    String refresh() {
        CompletableFuture<String> outcome;
        synchronized (this) {
            if (closed) {
                return "The remote optimizer is stopped; nothing is fetched.";
            }
            if (wanted.isEmpty()) {
                return describe();
            }
            outcome = fetch(wanted.get());
        }
        try {
            Duration timeout = CATALOG_TIMEOUT.plus(BACKSTOP);
            return outcome.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "interrupted; it goes on";
        } catch (ExecutionException | TimeoutException late) {
            return "no answer yet; it goes on";
        }
    }

    /** For an operator: where, what, since when, and what is wrong. */
    synchronized String describe() {
        if (wanted.isEmpty()) {
            return "no remote optimizer: optimizer.url is empty";
        }
        return String.format(
                Locale.ROOT,
                "configured   %s%n" + "on offer     %s%n" + "last failure %s",
                wanted.get().url(),
                publication.describe(),
                lastFailure.isEmpty() ? "none" : lastFailure + ", " + failures + " in a row");
    }

    /** Withdraws first. Ends every exchange; calls that wait for a plan get 503, and the view asks a successor. */
    @Override
    public void close(StopDeadline deadline) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            supersede(Optional.empty());
            publication.withdraw();
            ServiceWithdrawal.unregister(commands);
        }
        client.close(deadline);
        timer.close();
    }
}
