package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpDateTest {
    private static final Instant NOW = Instant.parse("2026-06-01T08:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Sun, 06 Nov 1994 08:49:37 GMT     | 1994-11-06T08:49:37Z
            Sunday, 06-Nov-94 08:49:37 GMT    | 1994-11-06T08:49:37Z
            Sun Nov  6 08:49:37 1994          | 1994-11-06T08:49:37Z
            Wed Nov 16 08:49:37 1994          | 1994-11-16T08:49:37Z
            Monday, 01-Jun-26 08:01:00 GMT    | 2026-06-01T08:01:00Z
            Monday, 01-Jun-76 08:01:00 GMT    | 2076-06-01T08:01:00Z
            Wednesday, 01-Jun-77 08:01:00 GMT | 1977-06-01T08:01:00Z
            Mon, 06 Nov 1994 08:49:37 GMT     |
            Sunday, 06-Nov-94 08:49:37 CET    |
            Sun Nov 6 08:49:37                |
            06 Nov 1994                       |
            120                               |
            """)
    void eachFormIsReadAndNothingElse(String text, Instant expected) {
        assertThat(HttpDate.parse(text, NOW)).isEqualTo(Optional.ofNullable(expected));
    }
}
