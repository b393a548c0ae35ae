package id.lum.tokenstore.internal.delivery;

import id.lum.tokenstore.internal.grammar.Address;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** When a value is asked for again. For one thread; times are those of a clock that never goes back. */
final class Schedule {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

    /**
     * A value that was asked for.
     *
     * @param due when it is asked for again
     * @param failure why there was no answer, the last time
     * @param retry how long is waited after the next failure
     */
    private record Plan(long due, Optional<String> failure, Duration retry) {}

    private final Map<Address, Plan> plans = new HashMap<>();
    /** Those for which an answer is on its way, and of these those that are to be asked for once more after it. */
    private final Set<Address> underWay = new HashSet<>();

    private final Set<Address> again = new HashSet<>();

    /** Those that were never asked for, or long ago. */
    Set<Address> due(Collection<Address> addresses, long now) {
        return addresses.stream()
                .filter(address -> !underWay.contains(address))
                .filter(address ->
                        !plans.containsKey(address) || plans.get(address).due() - now <= 0)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether there was an answer for each of them, good or bad, and none of them is due. */
    boolean isComplete(Collection<Address> addresses, long now) {
        return plans.keySet().containsAll(addresses) && due(addresses, now).isEmpty();
    }

    /** An answer is on its way. */
    void asked(Set<Address> addresses) {
        underWay.addAll(addresses);
    }

    /** Whatever came of it, no answer is on its way any more. */
    void ended(Set<Address> addresses, long now) {
        underWay.removeAll(addresses);
        dueNow(address -> addresses.contains(address) && again.contains(address), now);
        again.removeAll(addresses);
    }

    /** @return why there was no answer the last time, if so */
    Optional<String> answered(Address address, long now, Duration recheck) {
        return failure(Optional.ofNullable(
                plans.put(address, new Plan(now + recheck.toNanos(), Optional.empty(), FIRST_RETRY))));
    }

    /** @return why there was no answer the last time, if so */
    Optional<String> failed(Address address, String why, long now) {
        Optional<Plan> before = Optional.ofNullable(plans.get(address));
        Duration wait = before.map(Plan::retry).orElse(FIRST_RETRY);
        Duration next = wait.multipliedBy(2);
        plans.put(
                address,
                new Plan(
                        now + wait.toNanos(),
                        Optional.of(why),
                        next.compareTo(LONGEST_RETRY) < 0 ? next : LONGEST_RETRY));
        return failure(before);
    }

    private static Optional<String> failure(Optional<Plan> before) {
        return before.flatMap(Plan::failure);
    }

    /** There is a reason to expect another outcome, also than what is on its way. */
    void dueNow(Predicate<Address> which, long now) {
        underWay.stream().filter(which).forEach(again::add);
        plans.replaceAll((address, plan) -> which.test(address) ? new Plan(now, plan.failure(), FIRST_RETRY) : plan);
    }

    void only(Set<Address> kept) {
        plans.keySet().retainAll(kept);
    }

    Duration untilNext(Duration most, long now) {
        return plans.entrySet().stream()
                .filter(plan -> !underWay.contains(plan.getKey()))
                .map(plan -> Duration.ofNanos(Math.max(0, plan.getValue().due() - now)))
                .reduce(most, (one, other) -> one.compareTo(other) < 0 ? one : other);
    }
}
