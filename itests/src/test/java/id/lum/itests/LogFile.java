package id.lum.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A log, from a moment on. */
final class LogFile {
    private final Path file;
    private int seen;

    private LogFile(Path file) throws IOException {
        this.file = file;
        mark();
    }

    static LogFile from(Path file) throws IOException {
        return new LogFile(file);
    }

    /** What was logged so far does not count any more. */
    void mark() throws IOException {
        seen = (int) Files.size(file);
    }

    String text() throws IOException {
        byte[] all = Files.readAllBytes(file);
        return new String(Arrays.copyOfRange(all, seen, all.length), StandardCharsets.UTF_8);
    }

    /** Whether there is a line that holds all of this. */
    boolean hasLine(String... parts) throws IOException {
        return text().lines().anyMatch(line -> Arrays.stream(parts).allMatch(line::contains));
    }
}
