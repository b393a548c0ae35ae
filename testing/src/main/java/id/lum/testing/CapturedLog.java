package id.lum.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is written to the standard streams until this is closed, which is what slf4j-simple logs. One at a time in a
 * process.
 *
 * <p>slf4j-simple logs from {@code org.slf4j.simpleLogger.defaultLogLevel} upwards: set it to {@code trace} in
 * {@code simplelogger.properties} if a test shall see everything.
 *
 * <p>A test that looks for a secret in a log would pass if nothing were captured. So each way to make one, but for
 * {@link #ofStreams}, logs a line and fails unless that line is captured.
 */
public final class CapturedLog implements AutoCloseable {
    private static final String PROBE_LINE = "Is anybody listening?";

    private final PrintStream errBefore = System.err;
    private final PrintStream outBefore = System.out;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /**
     * Captures the lines of all loggers, from the level upwards that is configured.
     *
     * @throws AssertionError if a line at level ERROR is not captured
     */
    public CapturedLog() {
        this("");
        prove("ERROR", Logger::error);
    }

    private CapturedLog(String ignored) {
        PrintStream capture = new PrintStream(bytes, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                if (ignored.isEmpty() || !String.valueOf(line).contains(ignored)) {
                    super.println(line);
                }
            }
        };
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
     * Captures the lines of all loggers at all levels.
     *
     * @return a log without lines
     * @throws AssertionError if a line at level TRACE is not captured
     */
    public static CapturedLog ofEverything() {
        CapturedLog log = new CapturedLog("");
        log.prove("TRACE", Logger::trace);
        return log;
    }

    /**
     * Captures the lines of all loggers, but for the lines that contain a text, such as the name of a library's
     * loggers. A stack trace below such a line is captured.
     *
     * @param text what ignored lines contain; not empty
     * @return a log without lines
     * @throws AssertionError if a line at level ERROR is not captured
     */
    public static CapturedLog without(String text) {
        CapturedLog log = new CapturedLog(text);
        log.prove("ERROR", Logger::error);
        return log;
    }

    /** The logging is reached here alone: a class path without it has what {@link #ofStreams} captures. */
    private void prove(String level, BiConsumer<Logger, String> probe) {
        probe.accept(LoggerFactory.getLogger("probe"), PROBE_LINE);
        if (linesWith(PROBE_LINE).isEmpty()) {
            close();
            throw new AssertionError("Lines at level " + level
                    + " are not captured. Is slf4j-simple on the class path of this test, and its level low enough?");
        }
        clear();
    }

    /**
     * The lines captured so far.
     *
     * @return an unmodifiable copy
     */
    public List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
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
