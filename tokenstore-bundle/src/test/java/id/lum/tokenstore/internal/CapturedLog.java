package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What is logged until this is closed, one element for each line; proven to capture before a test relies on it. */
public final class CapturedLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final PrintStream outBefore = System.out;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public CapturedLog() {
        PrintStream capture = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setErr(capture);
        System.setOut(capture);
        try {
            LoggerFactory.getLogger("probe").trace("is anybody listening?");
            assertThat(lines()).singleElement().asString().contains("TRACE probe", "is anybody listening?");
        } catch (AssertionError deaf) {
            close();
            throw deaf;
        }
    }

    public List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    public List<String> linesWith(String text) {
        return lines().stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        System.setErr(before);
        System.setOut(outBefore);
    }
}
