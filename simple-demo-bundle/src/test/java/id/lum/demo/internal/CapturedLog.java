package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What is logged until this is closed, one element for each line; proven to capture before a test relies on it. */
final class CapturedLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    CapturedLog() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            LoggerFactory.getLogger("probe").info("is anybody listening?");
            assertThat(lines()).singleElement().asString().contains("INFO probe", "is anybody listening?");
        } catch (AssertionError deaf) {
            close();
            throw deaf;
        }
        clear();
    }

    List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    List<String> errors() {
        return lines().stream().filter(line -> line.contains(" ERROR ")).toList();
    }

    void clear() {
        bytes.reset();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
