package id.lum.tokenstore.internal.delivery;

import id.lum.hooks.Printable;
import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.rules.Consumer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which configurations hold references, and which of them must be delivered again. For one thread. */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    /** However often a value changes, its consumers are not told more often. */
    private static final Duration SPACING = Duration.ofSeconds(1);

    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(60);

    /**
     * How long a configuration must be at rest. Declarative Services (Felix SCR 2.2.18) reads the properties of a
     * configuration first and the number of its change after: what is delivered in between, as the value of a quick
     * store would be, counts as old and is never looked at.
     */
    private static final Duration REST = Duration.ofMillis(250);

    /** As long as rest is waited for: somebody may read a configuration all the time. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Board board;
    private final Redelivery redelivery;
    private final ServiceReference<?> probe;
    private final Map<String, Long> notBefore = new HashMap<>();
    /** Since when a delivery waits for rest, by {@link System#nanoTime}. */
    private final Map<String, Long> waiting = new HashMap<>();

    /** @param probe the service in whose name the plugin is asked to look at a configuration */
    Deliveries(Board board, Redelivery redelivery, ServiceReference<?> probe) {
        this.board = board;
        this.redelivery = redelivery;
        this.probe = probe;
    }

    /** Has the plugin look at every configuration that it is concerned with: it may have been delivered long ago. */
    void look() {
        Map<String, Sighting> unseen = new HashMap<>();
        board.sightings()
                .pids()
                .forEach(pid -> board.sightings().of(pid).ifPresent(sighting -> unseen.put(pid, sighting)));
        redelivery.all().ifPresent(configurations -> {
            for (Configuration configuration : configurations) {
                lookAt(configuration).ifPresent(unseen::remove);
            }
            unseen.forEach(board.sightings()::forget);
        });
    }

    private Optional<String> lookAt(Configuration configuration) {
        try {
            Consumer consumer =
                    new Consumer(configuration.getPid(), Optional.ofNullable(configuration.getFactoryPid()));
            if (board.sightings().of(consumer.pid()).isPresent()
                    || board.terms().allowed().names(consumer)) {
                configuration.getProcessedProperties(probe);
            }
            return Optional.of(consumer.pid());
        } catch (IllegalStateException deleted) {
            return Optional.empty();
        }
    }

    /** A delivery may have read the terms just before they changed. */
    void lookAtThoseByOtherTerms() {
        boolean some = board.sightings().pids().stream()
                .anyMatch(pid -> board.sightings()
                        .of(pid)
                        .filter(sighting -> !sighting.terms().equals(board.terms()))
                        .isPresent());
        if (some) {
            look();
        }
    }

    /** @param complete whether all these values have been asked for as of late */
    void deliver(Predicate<Set<Address>> complete, long now) {
        notBefore.values().removeIf(when -> when - now <= 0);
        waiting.keySet().retainAll(board.sightings().pids());
        Set<String> inMotion = board.sightings().inMotion(REST);
        for (String pid : board.sightings().pids()) {
            board.sightings()
                    .of(pid)
                    .filter(sighting -> sighting.isOutdated(board.values())
                            && !notBefore.containsKey(pid)
                            && complete.test(sighting.addresses())
                            && mayDisturb(pid, inMotion))
                    .ifPresent(sighting -> deliver(pid, sighting, now));
            board.sightings().forgetIfIdle(pid);
        }
    }

    private boolean mayDisturb(String pid, Set<String> inMotion) {
        long now = System.nanoTime();
        boolean waits = inMotion.contains(pid) && now - waiting.computeIfAbsent(pid, first -> now) < PATIENCE.toNanos();
        if (!waits) {
            waiting.remove(pid);
        }
        return !waits;
    }

    private void deliver(String pid, Sighting sighting, long now) {
        // Whoever is served in between is looked at in the next round, which its news begins.
        if (board.sightings().settle(pid, sighting, board.values())) {
            switch (redelivery.deliver(pid)) {
                case DELIVERED -> {
                    notBefore.put(pid, now + SPACING.toNanos());
                    LOG.info("{}: delivered again, with the values that are at hand now.", Printable.of(pid));
                }
                case GONE -> board.sightings().forget(pid, sighting.settled(board.values()));
                case FAILED -> {
                    notBefore.put(pid, now + AFTER_REFUSAL.toNanos());
                    board.sightings().unsettle(pid);
                }
            }
        }
    }

    Duration untilNext(Duration most, long now) {
        Duration longest = waiting.isEmpty() || most.compareTo(REST) < 0 ? most : REST;
        return notBefore.entrySet().stream()
                .filter(entry -> board.sightings()
                        .of(entry.getKey())
                        .filter(sighting -> sighting.isOutdated(board.values()))
                        .isPresent())
                .map(entry -> Duration.ofNanos(Math.max(0, entry.getValue() - now)))
                .reduce(longest, (one, other) -> one.compareTo(other) < 0 ? one : other);
    }
}
