package id.lum.core.identity;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What is logged until it is closed. The log is at TRACE. */
public final class CapturedLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Of all loggers but those of the HTTP library. */
    public CapturedLog() {
        this(false);
    }

    private CapturedLog(boolean everything) {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                if (everything || !line.contains(" org.apache.hc.")) {
                    super.println(line);
                }
            }
        });
    }

    static CapturedLog ofEverything() {
        return new CapturedLog(true);
    }

    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
