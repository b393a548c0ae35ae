package id.lum.flowmesh.internal.billing;

import id.lum.flowmesh.internal.runmesh.BalanceRequests;
import id.lum.flowmesh.internal.runmesh.BalanceResponse;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.support.log.OutageLog;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.osgi.annotation.bundle.Capability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a principal's balance suffices for a submission, by Runmesh.
 *
 * <p>It fails open for Runmesh alone: a submission is allowed when Runmesh was asked and gave no usable answer in time.
 * Where Runmesh could not be asked because of this side (it is being stopped, the core is away, a setting is refused,
 * too many requests are under way, the caller is interrupted) the answer is 503.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.flowmesh.internal.billing.BalanceCheck\"",
        effective = "active")
public final class BalanceCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BalanceCheck.class);

    /** A request ends at its deadline by itself. Were this bound as tight, its answer could come too late. */
    private static final Duration MAX_WAIT = RunmeshClient.BALANCE_TIMEOUT.plusMillis(500);

    /** A single usable answer does not end an outage in the log: every second request may fail. */
    private static final Duration OUTAGE_END = Duration.ofMinutes(1);

    /** Where Runmesh is, by the settings in force. */
    interface RunmeshAccess {
        BillingSettings.Access inForce();
    }

    private final RunmeshAccess access;
    private final Payers payers;
    private final LongSupplier nanos;
    private final BalanceRequests requests;
    private final OutageLog runmesh;
    private final OutageLog here;
    private volatile boolean closed;

    /**
     * @param access where Runmesh is, by the settings in force
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    BalanceCheck(RunmeshClient client, RunmeshAccess access, Payers payers, LongSupplier nanos) {
        this.access = access;
        this.payers = payers;
        this.nanos = nanos;
        this.requests = new BalanceRequests(client::balance);
        this.runmesh = new OutageLog(LOG, nanos, OUTAGE_END);
        this.here = new OutageLog(LOG, nanos, OUTAGE_END);
    }

    /**
     * Returns if the principal may submit: the balance suffices, the principal does not pay here, or Runmesh gave no
     * usable answer. Takes 5.5 s at most.
     *
     * @param principal who is submitting
     * @throws HookRejection with 402 if the balance does not suffice, with 503 if Runmesh could not be asked
     */
    public void check(PrincipalContext principal) {
        try {
            ask(principal).ifPresent(this::apply);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    /** Empty if there is nothing to ask: such a check says nothing about Runmesh and ends no outage. */
    private Optional<BalanceResponse> ask(PrincipalContext principal) throws InterruptedException {
        long start = nanos.getAsLong();
        Optional<String> email = emailOf(principal);
        BillingSettings.Access now = access.inForce();
        if (email.isEmpty() || now instanceof BillingSettings.Access.Off) {
            return Optional.empty();
        }
        if (now instanceof BillingSettings.Access.At at) {
            Duration used = Duration.ofNanos(nanos.getAsLong() - start);
            return Optional.of(requests.ask(at.runmesh(), email.get(), MAX_WAIT.minus(used)));
        }
        return Optional.of(new BalanceResponse.NotAsked("billing.base.url or .bridge.secret was refused"));
    }

    private Optional<String> emailOf(PrincipalContext principal) throws InterruptedException {
        try {
            return payers.emailOf(principal, RunmeshClient.BALANCE_TIMEOUT);
        } catch (HookRejection coreIsAway) {
            throw unavailable(coreIsAway.getMessage());
        }
    }

    private void apply(BalanceResponse answer) {
        if (answer instanceof BalanceResponse.NotAsked notAsked) {
            throw unavailable(notAsked.why());
        }
        here.succeeded("The balance check");
        if (answer instanceof BalanceResponse.Unusable unusable) {
            runmesh.failed(
                    "Submissions are let through without a look at the balance", "no usable answer", unusable.why());
            return;
        }
        runmesh.succeeded("Runmesh, asked for balances,");
        if (answer instanceof BalanceResponse.Insufficient insufficient) {
            throw HookRejection.paymentRequired("Insufficient balance ($" + insufficient.balance()
                    + "). Top up at https://lum.id/app/billing before submitting workflows.");
        }
    }

    private HookRejection unavailable(String why) {
        if (!closed) {
            here.failed("Submissions are refused with 503, because balances cannot be asked for", "not asked", why);
        }
        return unavailable();
    }

    private static HookRejection unavailable() {
        return HookRejection.unavailable("The balance cannot be checked now; try again shortly.");
    }

    /** From now on every check is answered 503, those under way too. To be called before the client is closed. */
    @Override
    public void close() {
        closed = true;
        requests.close();
    }
}
