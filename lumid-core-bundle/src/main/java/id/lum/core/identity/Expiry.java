package id.lum.core.identity;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a token expires, as far as the answer says so readably. */
sealed interface Expiry {
    /** The answer does not say. */
    record Unstated() implements Expiry {}

    /** It says so. */
    record At(Instant instant) implements Expiry {}

    /** The member is not readable: it is not known how long the answer may be kept. */
    record Unreadable() implements Expiry {}

    /** Whole seconds since 1970 (RFC 7662 section 2.2); a fraction is dropped. */
    Pattern SECONDS = Pattern.compile("(-?[0-9]{1,12})(?:\\.[0-9]{1,20})?");

    /** The end of the year 9999. What is later is no date in seconds but most likely one in milliseconds. */
    long LATEST = 253_402_300_799L;

    /** Reads the number as it was written, so that a monstrous one is never computed. */
    static Expiry ofNumber(String written) {
        Matcher seconds = SECONDS.matcher(written);
        if (!seconds.matches() || Long.parseLong(seconds.group(1)) > LATEST) {
            return new Unreadable();
        }
        return new At(Instant.ofEpochSecond(Long.parseLong(seconds.group(1))));
    }

    /** Whether the token is known to have expired. */
    default boolean isPast(Instant now) {
        return this instanceof At at && !now.isBefore(at.instant());
    }

    /** Whether an answer may be kept at that time. */
    default boolean allowsKeeping(Instant now) {
        return !(this instanceof Unreadable) && !isPast(now);
    }
}
