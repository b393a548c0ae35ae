package id.lum.flowmesh.internal;

import id.lum.core.identity.Introspection;
import id.lum.flowmesh.internal.billing.Payers;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** Payers by the core's introspection. While there is none, callers wait: as a rule the core is being swapped. */
final class LumidPayers implements Payers, AutoCloseable {
    /** Each of them holds a thread of the host. */
    private static final int MAX_WAITING = 256;

    private final ServiceTracker<Introspection, Introspection> introspection;
    private final Semaphore places = new Semaphore(MAX_WAITING);

    /** Knows the introspection that is there from the moment this returns. */
    LumidPayers(BundleContext bundle) {
        introspection = new ServiceTracker<>(bundle, Introspection.class, null);
        introspection.open();
    }

    /** The address of a principal; empty if it is not known now. */
    Optional<String> knownEmailOf(String principalId) {
        return Optional.ofNullable(introspection.getService()).flatMap(lumid -> lumid.emailOf(principalId));
    }

    @Override
    public Optional<String> emailOf(PrincipalContext principal, Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        Introspection lumid = introspection.getService();
        while (true) {
            lumid = lumid != null ? lumid : await(end - System.nanoTime());
            try {
                return lumid.emailOfMember(principal);
            } catch (HookRejection closed) {
                // It has left in this moment; its successor knows.
                Introspection next = introspection.getService();
                if (next == lumid) {
                    throw closed;
                }
                lumid = next;
            }
        }
    }

    private Introspection await(long nanos) throws InterruptedException {
        if (!places.tryAcquire()) {
            throw HookRejection.unavailable("Too many requests wait for the identity service of this server.");
        }
        try {
            // Not 0, which is for ever.
            Introspection lumid = introspection.waitForService(Math.max(TimeUnit.NANOSECONDS.toMillis(nanos), 1));
            if (lumid == null) {
                throw HookRejection.unavailable("The identity service of this server is unavailable.");
            }
            return lumid;
        } finally {
            places.release();
        }
    }

    /** Ends the waiting. */
    @Override
    public void close() {
        try {
            introspection.close();
        } catch (IllegalStateException releasedByTheFramework) {
            // The bundle has stopped; what waits has been woken before.
        }
    }
}
