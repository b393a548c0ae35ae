package id.lum.support.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Dates in HTTP header fields, in the three forms that RFC 9110 section 5.6.7 has recipients accept. */
public final class HttpDate {
    /** What the year of two digits of the obsolete form of RFC 850 means is never further in the future. */
    private static final int YEARS_AHEAD = 50;

    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US);

    private HttpDate() {}

    /**
     * Reads a date.
     *
     * @param text the value of a header field
     * @param now the time, from which the century of a year of two digits follows
     * @return the instant; absent if the text is no date
     */
    public static Optional<Instant> parse(String text, Instant now) {
        return Stream.<Form>of(HttpDate::preferred, some -> rfc850(some, now), HttpDate::asctime)
                .flatMap(form -> form.tried(text).stream())
                .findFirst();
    }

    /** One way to write a date. */
    private interface Form {
        Instant read(String text);

        default Optional<Instant> tried(String text) {
            try {
                return Optional.of(read(text));
            } catch (DateTimeException another) {
                return Optional.empty();
            }
        }
    }

    private static Instant preferred(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private static Instant rfc850(String text, Instant now) {
        int firstYear = now.atOffset(ZoneOffset.UTC).getYear() + YEARS_AHEAD - 99;
        DateTimeFormatter form = new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, firstYear)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.US);
        return LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC);
    }

    private static Instant asctime(String text) {
        return LocalDateTime.parse(text, ASCTIME).toInstant(ZoneOffset.UTC);
    }
}
