package id.lum.demo.internal;

import id.lum.hooks.LogSafe;
import id.lum.hooks.PrincipalContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of one file as it is now, or, while the file is of no use, as it last was. Created with demo tokens if
 * there never was one. Safe for many threads.
 */
final class TokenFile {
    static final int MAX_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

    private record Stamp(FileTime modified, long size, Optional<Object> key) {
        static Stamp of(BasicFileAttributes file) {
            return new Stamp(file.lastModifiedTime(), file.size(), Optional.ofNullable(file.fileKey()));
        }
    }

    /**
     * What was found.
     *
     * @param stamp the file it was found in; absent when nothing about the file would tell that it was mended, so that
     *     it must be tried again every time
     */
    private record Finding(
            Optional<Stamp> stamp, Optional<Map<String, PrincipalContext>> good, Optional<String> fault) {}

    private final Path path;
    // Written under the lock only.
    private volatile Finding last = new Finding(Optional.empty(), Optional.empty(), Optional.empty());

    TokenFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** @return the last good tokens; absent if there never were any */
    Optional<Map<String, PrincipalContext>> tokens() {
        Finding seen = last;
        return (isCurrent(seen) ? seen : lookAgain()).good();
    }

    private synchronized Finding lookAgain() {
        if (!isCurrent(last)) {
            Finding before = last;
            last = look();
            if (last.fault().isPresent() && !last.equals(before)) {
                LOG.error(
                        "{}: {}, the file that tokens.file names, {}. {}",
                        DemoConfiguration.PID,
                        LogSafe.of(path.toString()),
                        last.fault().get(),
                        last.good().isPresent()
                                ? "The last good tokens stay in force."
                                : "Until it is mended nobody can be identified.");
            }
        }
        return last;
    }

    private boolean isCurrent(Finding finding) {
        try {
            return finding.stamp().isPresent() && finding.stamp().get().equals(Stamp.of(attributes()));
        } catch (IOException gone) {
            return false;
        }
    }

    private Finding look() {
        // A file that was deleted under a running demo is not brought back: its tokens were deleted with a purpose.
        if (last.good().isEmpty() && Files.notExists(path)) {
            try {
                TokenSeed.plant(path);
            } catch (IOException unwritable) {
                return faulty(
                        Optional.empty(),
                        "does not exist and cannot be created (" + reason(unwritable)
                                + "); it must be in a directory that this process may write to");
            }
        }
        try {
            return read(attributes());
        } catch (NoSuchFileException missing) {
            return faulty(Optional.empty(), "does not exist");
        } catch (IOException unreadable) {
            return faulty(Optional.empty(), "cannot be read (" + reason(unreadable) + ")");
        }
    }

    /** The attributes are older than the content: a change in between shows as one next time. */
    private Finding read(BasicFileAttributes attributes) throws IOException {
        // Anything else, such as a pipe, could keep the reader waiting.
        if (!attributes.isRegularFile()) {
            return faulty(Optional.empty(), "is not a regular file");
        }
        Optional<Stamp> stamp = Optional.of(Stamp.of(attributes));
        try (InputStream content = Files.newInputStream(path)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? faulty(stamp, "is larger than 1 MiB")
                    : new Finding(stamp, Optional.of(TokenFormat.parse(bytes)), Optional.empty());
        } catch (MalformedTokens malformed) {
            return faulty(stamp, malformed.getMessage());
        }
    }

    private Finding faulty(Optional<Stamp> stamp, String fault) {
        return new Finding(stamp, last.good(), Optional.of(fault));
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class);
    }

    /** The kind of failure; the message would repeat the path. */
    private static String reason(IOException failure) {
        String kind = failure.getClass().getSimpleName();
        return failure instanceof FileSystemException known && known.getReason() != null
                ? kind + ": " + known.getReason()
                : kind;
    }
}
