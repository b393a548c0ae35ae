package id.lum.tokenstore.internal.delivery;

import id.lum.tokenstore.internal.grammar.Address;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What was seen in which configuration. Safe for many threads. */
final class Sightings {
    private final Map<String, Sighting> byPid = new ConcurrentHashMap<>();
    private final Map<String, Long> deliveredAt = new ConcurrentHashMap<>();

    void delivered(String pid, Sighting sighting) {
        deliveredAt.put(pid, System.nanoTime());
        byPid.merge(pid, sighting, (before, now) -> now.after(before));
    }

    void probed(String pid, Sighting sighting) {
        byPid.merge(pid, sighting, (before, now) -> now.probedAfter(before));
    }

    Optional<Sighting> of(String pid) {
        return Optional.ofNullable(byPid.get(pid));
    }

    /** Those that were delivered to somebody within this time, by the clock of the threads that do so. */
    Set<String> inMotion(Duration rest) {
        long now = System.nanoTime();
        deliveredAt.values().removeIf(when -> now - when >= rest.toNanos());
        return Set.copyOf(deliveredAt.keySet());
    }

    Set<String> pids() {
        return Set.copyOf(byPid.keySet());
    }

    /** Every value that some configuration needs. */
    Set<Address> addresses() {
        return byPid.values().stream()
                .flatMap(sighting -> sighting.addresses().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @return whether nobody was served in the meantime */
    boolean settle(String pid, Sighting expected, HeldValues values) {
        return byPid.replace(pid, expected, expected.settled(values));
    }

    void unsettle(String pid) {
        byPid.computeIfPresent(pid, (same, sighting) -> sighting.unsettled());
    }

    /** The configuration is gone. Said before another one of its name can be seen. */
    void forget(String pid) {
        byPid.remove(pid);
    }

    /** The configuration was gone when it was sought, unless it has been seen since. */
    void forget(String pid, Sighting expected) {
        byPid.remove(pid, expected);
    }

    void forgetIfIdle(String pid) {
        byPid.computeIfPresent(pid, (same, sighting) -> sighting.isIdle() ? null : sighting);
    }
}
