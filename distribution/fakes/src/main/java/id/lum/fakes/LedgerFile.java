package id.lum.fakes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Attempts in a file, one a line. What was appended survives power loss; a last line without an end was not appended,
 * and its client has had no answer.
 */
final class LedgerFile implements AutoCloseable {
    private final FileChannel channel;
    private final List<Attempt> found = new ArrayList<>();
    private long end;

    private LedgerFile(FileChannel channel) {
        this.channel = channel;
    }

    static LedgerFile open(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            LedgerFile file = new LedgerFile(channel);
            file.reload(Files.readString(path));
            return file;
        } catch (IOException | RuntimeException malformed) {
            channel.close();
            throw malformed;
        }
    }

    private void reload(String text) throws IOException {
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : whole.lines().toList()) {
            found.add(Attempt.ofJson(line));
        }
        end = whole.getBytes(StandardCharsets.UTF_8).length;
        channel.truncate(end);
    }

    List<Attempt> found() {
        return List.copyOf(found);
    }

    void append(Attempt attempt) throws IOException {
        ByteBuffer line = StandardCharsets.UTF_8.encode(attempt.toJson() + "\n");
        long length = line.remaining();
        while (line.hasRemaining()) {
            channel.write(line, end + length - line.remaining());
        }
        channel.force(false);
        end += length;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
