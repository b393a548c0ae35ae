package id.lum.engine.internal;

import id.lum.support.lifecycle.Backoff;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.lifecycle.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves each host for one configuration: the first, unless the PID of a later one ends in the host name (then a
 * copied file does not win). Also remembers, until the bundle stops, which hosts ever had an identity or permission
 * hook; a new view of such a host never has open access.
 */
@Component(service = HostReservations.class, immediate = true)
public final class HostReservations {
    private static final Logger LOG = LoggerFactory.getLogger(HostReservations.class);
    private static final Backoff RETRIES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /**
     * Wants a host, or has one. Its methods are called outside the lock of the reservations. After one that throws,
     * {@link #hostReleased} is called until it does not.
     */
    interface Requester {
        /** The host that was requested may be free, or may have been; nothing happens after a deletion. */
        void hostReleased();

        /** The host that was reserved is another configuration's now. */
        void hostDisplaced(String host);
    }

    /**
     * What a configuration wants.
     *
     * @param origin its PID and its file, for the log
     * @param requester who wants it
     */
    record Request(String host, String pid, String origin, Requester requester) {
        private boolean isNamedForTheHost() {
            return pid.equals(HostViewConfiguration.PID + "~" + host);
        }
    }

    private final TimerFactory timers;
    // Guarded by this, as what follows. There from the first request on: whoever makes that is tried again if there is
    // no thread for it.
    private Optional<Timer> retries = Optional.empty();
    private final Map<String, Request> takenBy = new HashMap<>();
    private final List<Request> waiting = new ArrayList<>();

    private final Map<String, OpenAccess> openAccess = new ConcurrentHashMap<>();

    /** No host is taken yet. */
    @Activate
    public HostReservations() {
        this(ThreadTimer::new);
    }

    HostReservations(TimerFactory timers) {
        this.timers = timers;
    }

    @Deactivate
    synchronized void close() {
        retries.ifPresent(Timer::close);
    }

    /**
     * Takes a host for a configuration, or remembers that it wants it.
     *
     * @return the origin of the configuration that has it, if that is another one
     */
    synchronized Optional<String> take(Request request) {
        if (retries.isEmpty()) {
            retries = Optional.of(timers.start("host reservations"));
        }
        waiting.removeIf(one -> one.pid().equals(request.pid()));
        Request owner = takenBy.computeIfAbsent(request.host(), free -> request);
        if (owner.pid().equals(request.pid())) {
            takenBy.put(request.host(), request);
            return Optional.empty();
        }
        waiting.add(request);
        return Optional.of(owner.origin());
    }

    /**
     * Takes a host from another configuration for the one that is named for it. Must not be called under a lock that a
     * requester takes.
     *
     * @return whether the host was taken from another one
     */
    boolean displace(Request request) {
        Request owner;
        synchronized (this) {
            owner = takenBy.get(request.host());
            if (owner == null || owner.pid().equals(request.pid()) || !request.isNamedForTheHost()) {
                return false;
            }
            takenBy.put(request.host(), request);
        }
        try {
            owner.requester().hostDisplaced(request.host());
        } catch (RuntimeException | Error failed) {
            retryAfter(1, owner, failed);
            throw failed;
        }
        return true;
    }

    /** Wants the host no longer, and gives it up. Must not be called under a lock that a requester takes. */
    void release(String host, String pid) {
        List<Request> candidates;
        synchronized (this) {
            takenBy.computeIfPresent(host, (taken, owner) -> owner.pid().equals(pid) ? null : owner);
            candidates = waiting.stream().filter(one -> one.host().equals(host)).toList();
        }
        // One whose configuration has changed meanwhile may take another host, or none.
        for (Request one : candidates) {
            if (isTaken(host)) {
                return;
            }
            tell(one, 1);
        }
    }

    /** Whoever fails must keep neither those behind it nor the configuration that releases the host from going on. */
    private void tell(Request candidate, int tries) {
        try {
            candidate.requester().hostReleased();
            if (tries > 1) {
                LOG.info("{}: what had failed was tried again and did not fail.", candidate.origin());
            }
        } catch (RuntimeException | Error failed) {
            retryAfter(tries, candidate, failed);
        }
    }

    /** It may wait for the host no longer, and then nobody else would tell it. */
    private void retryAfter(int failures, Request candidate, Throwable failed) {
        // Before the log, which fails, too, for want of memory.
        retries().after(RETRIES.after(failures), () -> tell(candidate, failures + 1));
        if (failures > 1) {
            LOG.debug("{}: not yet.", candidate.origin(), failed);
            return;
        }
        LOG.error(
                "{}: its view cannot be made or withdrawn now that the host {} has changed hands. This is tried again at "
                        + "least every {} s.",
                candidate.origin(),
                candidate.host(),
                RETRIES.longest().toSeconds(),
                failed);
    }

    private synchronized Timer retries() {
        return retries.orElseThrow();
    }

    private synchronized boolean isTaken(String host) {
        return takenBy.containsKey(host);
    }

    /** A configuration that is deleted waits for nothing. */
    synchronized void cancel(String pid) {
        waiting.removeIf(one -> one.pid().equals(pid));
    }

    /** Whether a host can still have open access; the same object for every view of the host. */
    OpenAccess openAccess(String host) {
        return openAccess.computeIfAbsent(host, unseen -> new OpenAccess());
    }
}
