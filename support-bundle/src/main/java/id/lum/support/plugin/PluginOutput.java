package id.lum.support.plugin;

import id.lum.hooks.LogSafe;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs what a plugin prints. What it has answered of late is left out. A plugin may print a value before it answers
 * with it, so lines that are printed during a call are held back until the call has ended. Safe for many threads.
 *
 * <p>Of a plugin that prints without end a share is logged, and the rest counted.
 */
public final class PluginOutput {
    /** How many lines are logged in a second; and how many are held back. */
    private static final int LINES_PER_SECOND = 20;

    private static final int MAX_HELD = 200;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** What is longer is cut. In bytes. */
    private static final int MAX_LINE = 1 << 16;

    private final OutputMode mode;
    private final Logger log;
    private final LongSupplier nanos;
    // Guarded by this, as all that follows.
    private final RecentSecrets secrets = new RecentSecrets();
    private final Queue<OutputLine> held = new ArrayDeque<>();
    private int calls;
    private long second;
    private int loggedInSecond;
    private long leftOut;

    /**
     * For one plugin.
     *
     * @param mode what becomes of its lines
     * @param log of the plugin alone, so that an operator may choose its level
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    public PluginOutput(OutputMode mode, Logger log, LongSupplier nanos) {
        this.mode = mode;
        this.log = log;
        this.nanos = nanos;
        second = nanos.getAsLong();
    }

    /**
     * A stream of the plugin. Not safe for several threads.
     *
     * @return takes what arrives
     */
    public LineAssembler stream() {
        return new LineAssembler();
    }

    /**
     * A call begins, of which lines may quote an argument or the answer.
     *
     * @param metadata may hold a secret, too
     */
    public synchronized void callBegins(String metadata) {
        calls++;
        if (mode != OutputMode.OFF) {
            secrets.addMetadata(metadata);
        }
    }

    /**
     * A call has ended.
     *
     * @param value the answer; empty if there is none
     */
    public synchronized void callEnds(String value) {
        calls--;
        if (mode != OutputMode.OFF) {
            secrets.add(value);
        }
        if (calls == 0) {
            held.forEach(this::write);
            held.clear();
        }
    }

    /** A flood that nobody reads costs next to nothing. */
    private boolean isAnythingLogged() {
        return mode == OutputMode.LEVELS || mode == OutputMode.DEBUG && log.isDebugEnabled();
    }

    private synchronized void print(OutputLine line) {
        if (!isLogged(level(line))) {
            return;
        }
        if (calls == 0) {
            write(line);
        } else if (held.size() < MAX_HELD) {
            held.add(line);
        } else {
            leftOut++;
        }
    }

    /** Under the lock. */
    private void write(OutputLine line) {
        long now = nanos.getAsLong();
        if (now - second >= SECOND) {
            second = now;
            loggedInSecond = 0;
        }
        if (loggedInSecond >= LINES_PER_SECOND) {
            leftOut++;
            return;
        }
        loggedInSecond++;
        if (leftOut > 0) {
            log(level(line), leftOut + " lines were left out, because there were too many of them.");
            leftOut = 0;
        }
        log(level(line), LogSafe.of(secrets.removedFrom(line.text())));
    }

    private Level level(OutputLine line) {
        return mode == OutputMode.LEVELS ? line.level() : Level.DEBUG;
    }

    private boolean isLogged(Level level) {
        return switch (level) {
            case ERROR -> log.isErrorEnabled();
            case WARN -> log.isWarnEnabled();
            case INFO -> log.isInfoEnabled();
            case DEBUG -> log.isDebugEnabled();
            case TRACE -> log.isTraceEnabled();
        };
    }

    private void log(Level level, String text) {
        switch (level) {
            case ERROR -> log.error(text);
            case WARN -> log.warn(text);
            case INFO -> log.info(text);
            case DEBUG -> log.debug(text);
            case TRACE -> log.trace(text);
        }
    }

    /** Makes lines of the pieces in which a stream arrives. */
    public final class LineAssembler {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private boolean crashing;

        private LineAssembler() {}

        /**
         * A piece has arrived.
         *
         * @param bytes that begin with it
         * @param length how long it is
         */
        public void append(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                if (bytes[i] == '\n') {
                    end();
                } else if (line.size() < MAX_LINE) {
                    line.write(bytes[i]);
                }
            }
        }

        /** The stream has ended; what is there is a line. */
        public void end() {
            if (line.size() > 0) {
                String text = line.toString(StandardCharsets.UTF_8);
                line.reset();
                if (isAnythingLogged()) {
                    crashing |= OutputLine.beginsCrash(text);
                    print(OutputLine.of(text, crashing));
                }
            }
        }
    }
}
