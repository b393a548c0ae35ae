package id.lum.engine.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Component;

/**
 * Which configuration has the view of which host: one at a time. The first to come has it, but for the configuration
 * whose PID ends in the name of the host: a copy of its file must not be in force instead of it. Also remembers, for as
 * long as this bundle runs, which hosts were ever guarded: a view that is made anew must not open what the one before
 * it had closed.
 */
@Component(service = HostReservations.class, immediate = true)
public final class HostReservations {
    /**
     * What a configuration wants.
     *
     * @param origin its PID and its file, for the log
     * @param retry run when the host may be free
     * @param giveUp run when another configuration has got the host instead
     */
    record Claim(String host, String pid, String origin, Runnable retry, Runnable giveUp) {
        private boolean isNamedForTheHost() {
            return pid.equals(HostSettings.PID + "~" + host);
        }
    }

    // Guarded by this.
    private final Map<String, Claim> takenBy = new HashMap<>();
    private final List<Claim> waiting = new ArrayList<>();

    private final Map<String, AtomicBoolean> guarded = new ConcurrentHashMap<>();

    /**
     * Takes a host for a configuration, or remembers that it wants it.
     *
     * @return the origin of the configuration that has it, if that is another one
     */
    synchronized Optional<String> take(Claim claim) {
        waiting.removeIf(one -> one.pid().equals(claim.pid()));
        Claim owner = takenBy.computeIfAbsent(claim.host(), free -> claim);
        if (owner.pid().equals(claim.pid())) {
            takenBy.put(claim.host(), claim);
            return Optional.empty();
        }
        waiting.add(claim);
        return Optional.of(owner.origin());
    }

    /**
     * Takes a host from another configuration for the one that is named for it. Must not be called under a lock that a
     * {@code giveUp} takes.
     *
     * @return whether the host was taken from another one
     */
    boolean displace(Claim claim) {
        Claim owner;
        synchronized (this) {
            owner = takenBy.get(claim.host());
            if (owner == null || owner.pid().equals(claim.pid()) || !claim.isNamedForTheHost()) {
                return false;
            }
            takenBy.put(claim.host(), claim);
        }
        owner.giveUp().run();
        return true;
    }

    /** Wants the host no longer, and gives it up. Must not be called under a lock that a retry takes. */
    void release(String host, String pid) {
        List<Claim> candidates;
        synchronized (this) {
            takenBy.computeIfPresent(host, (taken, owner) -> owner.pid().equals(pid) ? null : owner);
            candidates = waiting.stream().filter(one -> one.host().equals(host)).toList();
        }
        // One whose configuration has changed meanwhile may take another host, or none.
        for (Claim one : candidates) {
            if (isTaken(host)) {
                return;
            }
            one.retry().run();
        }
    }

    private synchronized boolean isTaken(String host) {
        return takenBy.containsKey(host);
    }

    /** A configuration that is deleted waits for nothing. */
    synchronized void forget(String pid) {
        waiting.removeIf(one -> one.pid().equals(pid));
    }

    /** Whether a host has ever had a hook that could keep somebody out. */
    AtomicBoolean guarded(String host) {
        return guarded.computeIfAbsent(host, unseen -> new AtomicBoolean());
    }
}
