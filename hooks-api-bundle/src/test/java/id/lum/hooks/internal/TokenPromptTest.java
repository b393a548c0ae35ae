package id.lum.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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
    @EnabledOnOs(OS.LINUX)
    void whatHasNoEndIsNotRead() {
        assertThatThrownBy(() -> TokenPrompt.read(Path.of("/dev/zero"))).isInstanceOf(IOException.class);
    }

    @Test
    void anEndlessLineIsRefused() {
        assertThatThrownBy(() -> asked("x".repeat(70_000))).isInstanceOf(IOException.class);
    }

    @Test
    void aFileHoldsTheTokenAndNothingElse(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "token\n");
        assertThat(TokenPrompt.read(file)).isEqualTo("token");
        Path huge = Files.writeString(folder.resolve("huge"), "x".repeat(70_000));
        assertThatThrownBy(() -> TokenPrompt.read(huge)).hasMessageContaining("no token");
        assertThatThrownBy(() -> TokenPrompt.read(folder.resolve("none")))
                .hasMessage("There is no file " + folder.resolve("none") + ".");
        assertThatThrownBy(() -> TokenPrompt.read(folder)).hasMessageContaining("There is no file");
    }
}
