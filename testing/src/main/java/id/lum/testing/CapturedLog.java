package id.lum.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What is written to the standard streams until this is closed, which is what slf4j-simple logs. One at a time in a
 * process.
 *
 * <p>slf4j-simple logs from {@code org.slf4j.simpleLogger.defaultLogLevel} upwards: set it to {@code trace} in
 * {@code simplelogger.properties} if a test shall see everything.
 */
public final class CapturedLog implements AutoCloseable {
    private final PrintStream errBefore = System.err;
    private final PrintStream outBefore = System.out;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final String ignored;

    /**
     * Captures, and proves that it does: a test that looks for a secret in a log would pass if nothing were captured.
     *
     * @throws AssertionError if slf4j logs to elsewhere
     */
    public CapturedLog() {
        this("");
        LoggerFactory.getLogger("probe").error("Is anybody listening?");
        if (linesWith("Is anybody listening?").isEmpty()) {
            close();
            throw new AssertionError("Log lines are not captured. Is slf4j-simple on the class path of this test?");
        }
        clear();
    }

    private CapturedLog(String ignored) {
        this.ignored = ignored;
        PrintStream capture = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setErr(capture);
        System.setOut(capture);
    }

    /**
     * Captures the standard streams, whether or not slf4j logs to them.
     *
     * @return a log that was not proven to capture
     */
    public static CapturedLog ofStreams() {
        return new CapturedLog("");
    }

    /**
     * Captures, but for the lines that hold a text, such as the name of a library's loggers.
     *
     * @param text what lines to ignore hold; not empty
     * @return a log that was not proven to capture
     */
    public static CapturedLog without(String text) {
        return new CapturedLog(text);
    }

    /**
     * The lines captured so far.
     *
     * @return an unmodifiable copy
     */
    public List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> ignored.isEmpty() || !line.contains(ignored))
                .toList();
    }

    /**
     * The lines that hold a text.
     *
     * @param text the text
     * @return an unmodifiable copy
     */
    public List<String> linesWith(String text) {
        return lines().stream().filter(line -> line.contains(text)).toList();
    }

    /**
     * The lines at level ERROR.
     *
     * @return an unmodifiable copy
     */
    public List<String> errors() {
        return linesWith(" ERROR ");
    }

    /**
     * All lines as one text.
     *
     * @return each line with a line feed behind it
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Forgets the lines captured so far. */
    public void clear() {
        bytes.reset();
    }

    @Override
    public void close() {
        System.setErr(errBefore);
        System.setOut(outBefore);
    }
}
