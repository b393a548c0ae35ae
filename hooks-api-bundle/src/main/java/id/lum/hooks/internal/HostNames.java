package id.lum.hooks.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Component;

/**
 * Which configuration has the view of which host: one at a time. Also remembers, for as long as this bundle runs, which
 * hosts were ever guarded: a view that is made anew must not open what the one before it had closed.
 */
@Component(service = HostNames.class, immediate = true)
public final class HostNames {
    private record Waiting(String host, String pid, Runnable retry) {}

    // Guarded by this.
    private final Map<String, String> takenBy = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    private final Map<String, AtomicBoolean> guarded = new ConcurrentHashMap<>();

    /**
     * Takes a host for a configuration, or remembers that it wants it.
     *
     * @param retry run once when the host is free
     * @return the PID of the configuration that has it, if that is another one
     */
    synchronized Optional<String> take(String host, String pid, Runnable retry) {
        waiting.removeIf(one -> one.pid().equals(pid));
        String owner = takenBy.computeIfAbsent(host, free -> pid);
        if (owner.equals(pid)) {
            return Optional.empty();
        }
        waiting.add(new Waiting(host, pid, retry));
        return Optional.of(owner);
    }

    /** Wants the host no longer, and gives it up. Must not be called under a lock that a retry takes. */
    void release(String host, String pid) {
        List<Waiting> candidates;
        synchronized (this) {
            takenBy.remove(host, pid);
            candidates = waiting.stream().filter(one -> one.host().equals(host)).toList();
        }
        // One whose configuration has changed meanwhile may take another host, or none.
        for (Waiting one : candidates) {
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
