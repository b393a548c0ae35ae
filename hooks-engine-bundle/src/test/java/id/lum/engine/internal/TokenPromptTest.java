package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TokenPromptTest {
    private static String asked(String typed) throws IOException {
        return TokenPrompt.ask(
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    }

    @Test
    void theTokenIsOneLineWithoutBlanksAroundIt() throws IOException {
        assertThat(asked(" tok en \nnext")).isEqualTo("tok en");
        assertThat(asked("token\r\n")).isEqualTo("token");
        assertThat(asked("token")).isEqualTo("token");
        assertThat(asked("")).isEmpty();
    }

    @Test
    void anEndlessLineIsRefused() {
        assertThatThrownBy(() -> asked("x".repeat(70_000))).isInstanceOf(IOException.class);
    }
}
