package id.lum.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BearerCandidateTest {
    static List<String> nonsense() {
        return List.of(
                "",
                " ",
                " \t ",
                "a\nb",
                "a\r\nX-Evil: 1",
                "a\u0000",
                "\u001b[31m",
                "a\u007f",
                "tokén",
                "token\u00a0",
                "token\u2028",
                "\ud83d\ude00",
                "\ud800",
                "a".repeat(8193),
                "é".repeat(4097));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void whatCannotBeATokenIsNone(String text) {
        assertThat(BearerCandidate.of(text)).isEmpty();
    }

    @Test
    void everythingThatAHeaderMayHoldCanBeAToken() {
        StringBuilder all = new StringBuilder("\t");
        for (char character = ' '; character <= '~'; character++) {
            all.append(character);
        }
        for (String text : List.of("a", "lm_pat_1", "a.b-c_d~e+f/g==", "a b", all.toString(), "a".repeat(8192))) {
            assertThat(BearerCandidate.of(text)).map(BearerCandidate::token).contains(text);
        }
    }

    @Test
    void aTokenIsNotPrintedAndItsKeyIsADigest() {
        BearerCandidate bearer = BearerCandidate.of("canary").orElseThrow();
        assertThat(bearer.toString()).doesNotContain("canary");
        // Computed elsewhere: printf canary | sha256sum
        assertThat(bearer.key())
                .isEqualTo(new TokenKey(
                        0xe100fbce008c04ecL, 0x40637af0af91fb2fL, 0x05aeedc23f856a2dL, 0x3c0b1580625d755eL));
    }
}
