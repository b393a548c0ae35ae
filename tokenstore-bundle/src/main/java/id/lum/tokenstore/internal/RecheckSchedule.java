package id.lum.tokenstore.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** When a secret is asked for again. For one thread; times are nanoseconds of a clock that never goes back. */
final class RecheckSchedule {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(60);

    private static final class Plan {
        private boolean outcome;
        private boolean underWay;
        /** It became due again while an answer was on its way. */
        private boolean again;

        private long due;
        private Duration retry = FIRST_RETRY;
        private String failure = "";

        boolean isDue(long now) {
            return !underWay && due - now <= 0;
        }
    }

    private final Map<SecretLocator, Plan> plans = new HashMap<>();

    private Plan plan(SecretLocator locator, long now) {
        return plans.computeIfAbsent(locator, first -> {
            Plan plan = new Plan();
            plan.due = now;
            return plan;
        });
    }

    /** Those that were never asked for, or long ago. */
    Set<SecretLocator> due(Collection<SecretLocator> locators, long now) {
        return locators.stream()
                .filter(locator -> plan(locator, now).isDue(now))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether there was an outcome for each of them, good or bad, and none is due. */
    boolean isComplete(Collection<SecretLocator> locators, long now) {
        return locators.stream().map(locator -> plan(locator, now)).allMatch(plan -> plan.outcome && !plan.isDue(now));
    }

    void asked(Set<SecretLocator> locators, long now) {
        locators.forEach(locator -> plan(locator, now).underWay = true);
    }

    /** @return why there was no answer the last time, if so */
    Optional<String> answered(SecretLocator locator, long now, Duration recheck) {
        return ended(plan(locator, now), "", recheck, FIRST_RETRY, now);
    }

    /** @return why there was no answer the last time, if so */
    Optional<String> failed(SecretLocator locator, String why, long now) {
        Plan plan = plan(locator, now);
        Duration next = plan.retry.multipliedBy(2);
        return ended(plan, why, plan.retry, next.compareTo(MAX_RETRY_DELAY) < 0 ? next : MAX_RETRY_DELAY, now);
    }

    private static Optional<String> ended(Plan plan, String failure, Duration wait, Duration retry, long now) {
        String before = plan.failure;
        plan.failure = failure;
        plan.due = plan.again ? now : now + wait.toNanos();
        plan.retry = plan.again ? FIRST_RETRY : retry;
        plan.outcome = true;
        plan.underWay = false;
        plan.again = false;
        return Optional.of(before).filter(text -> !text.isEmpty());
    }

    /** There is reason to expect another outcome, also than the one on its way. */
    void dueNow(Predicate<SecretLocator> which, long now) {
        plans.forEach((locator, plan) -> {
            if (which.test(locator)) {
                plan.again = plan.underWay;
                plan.due = now;
                plan.retry = FIRST_RETRY;
            }
        });
    }

    /** Forgets the others; of one whose answer is on its way once it has come. */
    void retainOnly(Set<SecretLocator> kept) {
        plans.entrySet().removeIf(plan -> !plan.getValue().underWay && !kept.contains(plan.getKey()));
    }

    Duration untilNext(Duration most, long now) {
        return plans.values().stream()
                .filter(plan -> plan.outcome && !plan.underWay)
                .map(plan -> Duration.ofNanos(Math.max(0, plan.due - now)))
                .reduce(most, (one, other) -> one.compareTo(other) < 0 ? one : other);
    }
}
