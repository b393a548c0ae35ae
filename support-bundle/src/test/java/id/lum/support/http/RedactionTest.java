package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    private static final List<String> SECRETS =
            List.of("opaque/tok+en==", "s3cret \"quoted\"", "q+w&x<y>'v\\!(u)", "grüße \uD83D\uDD11", "50%off%2F#");

    private static String of(String text) {
        return Redaction.of(text, SECRETS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            upstream timed out                              | upstream timed out
            bad token opaque/tok+en==.                      | bad token <token>.
            bad OPAQUE/tok+en==                             | bad <token>
            token=opaque%2Ftok%2Ben%3D%3D&x                 | token=<token>&x
            token=opaque%2ftok%2ben%3d%3d&x                 | token=<token>&x
            {"token":"opaque\\/tok+en=="}                   | {"token":"<token>"}
            secret s3cret "quoted"!                         | secret <token>!
            secret=s3cret+%22quoted%22                      | secret=<token>
            secret=s3cret%20%22quoted%22                    | secret=<token>
            {"secret":"s3cret \\"quoted\\""}                | {"secret":"<token>"}
            {"s":"s3cret \\u0022quoted\\u0022"}          | {"s":"<token>"}
            "{\\"s\\":\\"s3cret \\\\"quoted\\\\"\\"}"  | "{\\"s\\":\\"<token>\\"}"
            <b>s3cret &quot;quoted&quot;</b>                | <b><token></b>
            bad: [q+w&amp;x&lt;y&gt;&#x27;v\\!(u)]         | bad: [<token>]
            bad: [q+w&x<y>&#39;v\\!(u)]                    | bad: [<token>]
            q+w\\u0026x\\u003cy\\u003E\\u0027v\\\\!(u)     | <token>
            s=q%2Bw%26x%3Cy%3E'v%5C!(u)                     | s=<token>
            s=q%2bw%26x%3cy%3e%27v%5c%21%28u%29             | s=<token>
            s=q%252Bw%2526x%253Cy%253E'v%255C!(u)           | s=<token>
            b64 czNjcmV0ICJxdW90ZWQi                        | b64 <token>
            s=50%off%2F#                                    | s=<token>
            s=50%25off%252F%23                              | s=<token>
            s=50%2525off%25252f%2523                        | s=<token>
            s=gr%C3%BC%C3%9Fe%20%F0%9F%94%91                | s=<token>
            s=GRÜßE \uD83D\uDD11 said no            | s=<token> said no
            {"s":"gr\\u00fc\\u00dfe \\ud83d\\udd11"}        | {"s":"<token>"}
            Authorization: Bearer abc.def-1                 | Authorization: Bearer <token>
            authorization: bearer   x, next                 | authorization: bearer <token>, next
            Authorization: Basic Zm9v                       | Authorization: Basic <token>
            jwt eyJhbGciOi.eyJzdWIi.sig_-x end              | jwt <token> end
            pat lm_pat_AbC123 end                           | pat <token> end
            who alice@example.org did                       | who <e-mail> did
            mailto:o'b.x+y_z@mail.example.co.uk             | mailto:<e-mail>
            alice%40example.org                             | <e-mail>
            ann%2Bbilling%40example.org                     | <e-mail>
            {"e":"alice\\u0040example.org"}                 | {"e":"<e-mail>"}
            alice&#64;example.org                           | <e-mail>
            alice%2540example.org                           | <e-mail>
            alice@[192.0.2.1]                               | <e-mail>]
            BØB@ZZMÄIL.EXAMPLE said no            | <e-mail> said no
            {"e":"b\\u00f8b@zzm\\u00e4il.example"}       | {"e":"<e-mail>"}
            id 6f1b7c1e-93f5-4a6e-9d5c-0d6f3c1b2a4e         | id 6f1b7c1e-93f5-4a6e-9d5c-0d6f3c1b2a4e
            key 0123456789012345678901234567890123456789    | key <long word>
            """)
    void secretsAndAddressesAreMaskedAndTheRestIsShown(String text, String shown) {
        assertThat(of(text)).isEqualTo(shown.replace("\\", "\\\\"));
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(of("a\r\nb\u001b[31m\u2028")).isEqualTo("a\\u000d\\u000ab\\u001b[31m\\u2028");
    }

    @Test
    void atMostTwoHundredCharactersAreShown() {
        assertThat(of("ab ".repeat(66) + "cd")).hasSize(200).doesNotContain("…");
        assertThat(of("ab ".repeat(300))).hasSize(201).endsWith("…");
    }

    @Test
    void noCutLeavesHalfASecret() {
        for (int before = 0; before < 1000; before++) {
            for (String secret : List.of("opaque/tok+en==", "alice@example.org", "lm_pat_opaque", "Bearer opaque")) {
                String shown = of("- ".repeat(before / 2) + "-".repeat(before % 2) + " " + secret + " tail");
                assertThat(shown)
                        .doesNotContain("opaq")
                        .doesNotContain("alice@")
                        .doesNotContain("example");
            }
        }
    }

    @Test
    void aTextFullOfSecretsDoesNotSqueezeALaterOneIntoView() {
        String long1 = "x".repeat(8000) + "canary";
        assertThat(Redaction.of((long1 + " ").repeat(9) + "x".repeat(700), List.of(long1)))
                .doesNotContain("canary")
                .doesNotContain("xx");
    }

    @Test
    void aHostileTextTakesNoTime() {
        for (String piece : List.of(
                "a",
                "a@",
                "%40",
                "Bearer ",
                "eyJ",
                "\\",
                "%25",
                "&amp;",
                "s3cret ",
                "q+w&amp;",
                "lm_",
                " ",
                ".",
                "@")) {
            assertThat(of(piece.repeat(64 * 1024 / piece.length()))).hasSizeLessThan(2000);
        }
    }

    /** Steps are counted, not time: a matcher made of the secret took 50 ms and the stack with it. */
    @Test
    void aSecretMadeToBeCostlyIsStillNotShownNorIsHalfOfIt() {
        for (String piece : List.of("a", ".", "~", "a.", "&", "+", "\\", "%", "%25", "&amp;")) {
            String secret = piece.repeat(8192 / piece.length()) + "canary";
            for (String text : List.of(
                    "no such token: " + secret,
                    piece.repeat(8192 / piece.length()) + " canarx " + secret,
                    piece.repeat(64 * 1024 / piece.length()) + "canary")) {
                assertThat(Redaction.of(text, List.of(secret))).doesNotContain("canary");
            }
        }
    }
}
