package id.lum.flowmesh.internal.billing;

import id.lum.core.http.Throttle;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.annotation.bundle.Capability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether somebody has enough to submit, by Runmesh. It fails open: work is not stopped by a billing service that does
 * not answer.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.flowmesh.internal.billing.BalanceCheck\"",
        effective = "active")
public final class BalanceCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BalanceCheck.class);

    /** Further submissions are let through meanwhile. */
    private static final int MOST_IN_FLIGHT = 64;
    /** A request ends at its deadline by itself. */
    private static final Duration BACKSTOP = Duration.ofMillis(500);

    private final RunmeshClient client;
    private final Supplier<Optional<Runmesh>> runmesh;
    private final Supplier<Optional<String>> org;
    private final Function<String, Optional<String>> emails;
    private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
    private final Throttle lines = new Throttle(System::nanoTime);

    /**
     * A check.
     *
     * @param org whose members pay here
     * @param emails the address of a principal, if it is known
     */
    BalanceCheck(
            RunmeshClient client,
            Supplier<Optional<Runmesh>> runmesh,
            Supplier<Optional<String>> org,
            Function<String, Optional<String>> emails) {
        this.client = client;
        this.runmesh = runmesh;
        this.org = org;
        this.emails = emails;
    }

    /**
     * Returns if the principal may submit: there is enough, it is no matter of ours, or nobody can tell. Within 5.5 s.
     *
     * @param principal who is submitting
     * @throws HookRejection with 402 if there is not enough
     */
    public void check(PrincipalContext principal) {
        if (!org.get().equals(Optional.of(principal.orgId()))) {
            return;
        }
        emails.apply(principal.principalId()).ifPresent(this::check);
    }

    private void check(String email) {
        BalanceAnswer answer = ask(email);
        if (answer instanceof BalanceAnswer.Insufficient insufficient) {
            throw HookRejection.paymentRequired("Insufficient balance ($" + insufficient.balance()
                    + "). Top up at https://lum.id/app/billing before submitting workflows.");
        }
        if (answer instanceof BalanceAnswer.Unusable unusable && lines.passes()) {
            LOG.warn("A submission is let through without a look at the balance: {}.", unusable.why());
        }
    }

    private BalanceAnswer ask(String email) {
        Optional<Runmesh> where = runmesh.get();
        if (where.isEmpty()) {
            return new BalanceAnswer.Unusable("billing.base.url or .bridge.secret was refused");
        }
        if (!inFlight.tryAcquire()) {
            return new BalanceAnswer.Unusable(MOST_IN_FLIGHT + " others are being looked at");
        }
        CompletableFuture<BalanceAnswer> answer =
                client.balance(where.get(), email).whenComplete((said, failure) -> inFlight.release());
        try {
            return answer.get(RunmeshClient.BALANCE_TIMEOUT.plus(BACKSTOP).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new BalanceAnswer.Unusable("the caller was interrupted");
        } catch (ExecutionException | TimeoutException failed) {
            return new BalanceAnswer.Unusable(failed.getClass().getSimpleName());
        }
    }
}
