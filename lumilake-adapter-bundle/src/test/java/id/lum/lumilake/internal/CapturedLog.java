package id.lum.lumilake.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is logged until it is closed. The log is at TRACE. */
public final class CapturedLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** From now on. */
    public CapturedLog() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    /** All of it. */
    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The lines at level ERROR. */
    public List<String> errors() {
        return text().lines().filter(line -> line.contains(" ERROR ")).toList();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
