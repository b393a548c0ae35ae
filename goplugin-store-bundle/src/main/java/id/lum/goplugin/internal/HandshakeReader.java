package id.lum.goplugin.internal;

import id.lum.support.plugin.PluginOutput.LineAssembler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a stream of a plugin to its end, because a plugin that nobody reads from blocks. The first line of its standard
 * output is its handshake; all else is output.
 */
final class HandshakeReader implements Runnable {
    /** A line is longer than a thousand characters only because of a certificate. In bytes. */
    private static final int MAX_LINE = 1 << 16;

    private final InputStream stream;
    private final LineAssembler output;
    private final CompletableFuture<Optional<String>> line = new CompletableFuture<>();

    HandshakeReader(InputStream stream, LineAssembler output) {
        this.stream = stream;
        this.output = output;
    }

    /** The first line; absent if the stream ends before, or goes on without one. */
    CompletableFuture<Optional<String>> line() {
        return line;
    }

    @Override
    public void run() {
        try (stream) {
            line.complete(readLine());
            drain(stream, output);
        } catch (IOException closed) {
            // The process has ended.
        } finally {
            line.complete(Optional.empty());
        }
    }

    private Optional<String> readLine() throws IOException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        while (first.size() < MAX_LINE) {
            int next = stream.read();
            if (next < 0) {
                return Optional.empty();
            }
            if (next == '\n') {
                return Optional.of(first.toString(StandardCharsets.UTF_8));
            }
            first.write(next);
        }
        return Optional.empty();
    }

    /** Reads a stream to its end. */
    static void drain(InputStream stream, LineAssembler output) throws IOException {
        byte[] bytes = new byte[1 << 13];
        for (int length = stream.read(bytes); length >= 0; length = stream.read(bytes)) {
            output.append(bytes, length);
        }
        output.end();
    }
}
