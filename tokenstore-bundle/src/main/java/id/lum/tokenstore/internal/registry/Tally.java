package id.lum.tokenstore.internal.registry;

import id.lum.tokenstore.internal.resolution.Fetched;
import java.time.Duration;
import java.util.Optional;

/**
 * How a store did.
 *
 * @param answered how many values it gave
 * @param failed how often it did not
 * @param lastAnswer when it last gave one, in nanoseconds of some clock
 * @param lastFailure when it last did not
 * @param why why it last did not
 */
record Tally(long answered, long failed, Optional<Long> lastAnswer, Optional<Long> lastFailure, Optional<String> why) {
    static final Tally NONE = new Tally(0, 0, Optional.empty(), Optional.empty(), Optional.empty());

    Tally with(Fetched outcome, long now) {
        if (outcome instanceof Fetched.Failed failure) {
            return new Tally(answered, failed + 1, lastAnswer, Optional.of(now), Optional.of(failure.sentence()));
        }
        return new Tally(answered + 1, failed, Optional.of(now), lastFailure, why);
    }

    String describe(long now) {
        String answers = answered + " answers" + ago(lastAnswer, now);
        String failures = failed + " failures" + ago(lastFailure, now);
        return answers + "; " + failures + why.map(sentence -> ": " + sentence).orElse("");
    }

    private static String ago(Optional<Long> when, long now) {
        return when.map(nanos -> ", the last " + Duration.ofNanos(now - nanos).toSeconds() + " s ago")
                .orElse("");
    }
}
