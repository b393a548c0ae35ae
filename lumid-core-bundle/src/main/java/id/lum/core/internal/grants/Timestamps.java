package id.lum.core.internal.grants;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The time as the table keeps it. Text is compared as text: six digits of a fraction or none at all, and always the
 * offset +00:00, whose '+' sorts before '.', so that the full second comes before its fractions.
 *
 * <p>A stamp is never earlier than the session's start: a clock that is set back must not make a grant of this session
 * look like one from before it, which a reconcile would delete. It is later than the stamp before, so that it tells
 * whether a grant is still as one write made it.
 */
final class Timestamps {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final String sessionStart;
    private Instant latest;
    // The second of the latest stamp, as text: it takes several times longer to format than the rest.
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    Timestamps(Clock clock, Instant sessionStart) {
        this.clock = clock;
        this.sessionStart = text(sessionStart);
        this.latest = sessionStart.truncatedTo(ChronoUnit.MICROS).minus(1, ChronoUnit.MICROS);
    }

    /** For the writer's thread only. */
    String next() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        latest = now.isAfter(latest) ? now : latest.plus(1, ChronoUnit.MICROS);
        if (latest.getEpochSecond() != second) {
            second = latest.getEpochSecond();
            secondText = SECONDS.format(latest);
        }
        return text(secondText, latest);
    }

    String sessionStart() {
        return sessionStart;
    }

    static String text(Instant instant) {
        return text(SECONDS.format(instant), instant);
    }

    private static String text(String second, Instant instant) {
        int micros = instant.getNano() / 1000;
        // The leading 1 keeps the zeros, and gives its place to the point.
        return second
                + (micros == 0 ? "" : "." + Integer.toString(1_000_000 + micros).substring(1)) + "+00:00";
    }
}
