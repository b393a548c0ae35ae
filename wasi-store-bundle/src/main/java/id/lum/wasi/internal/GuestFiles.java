package id.lum.wasi.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files that an instance has open, each read as a whole when it was opened: a file that is exchanged meanwhile is
 * seen before or after, not in between. Not safe for several threads.
 */
final class GuestFiles {
    /** The descriptor of the folder; the standard streams come before it. */
    static final int FOLDER = 3;

    private static final int MAX_OPEN = 16;
    /** Of all files that are open. In bytes. */
    static final int MAX_BYTES = 4 << 20;

    /** A file, and where in it the next read begins. */
    static final class OpenFile {
        private final byte[] content;
        private long position;

        private OpenFile(byte[] content) {
            this.content = content;
        }

        byte[] content() {
            return content;
        }

        long position() {
            return position;
        }

        void moveTo(long next) {
            position = next;
        }
    }

    /** A file that cannot be opened. */
    static final class NotOpened extends Exception {
        private static final long serialVersionUID = 1L;
        private final int errno;

        private NotOpened(int errno) {
            super("errno " + errno, null, false, false);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    private final Optional<Path> folder;
    private final Map<Integer, OpenFile> open = new TreeMap<>();

    GuestFiles(Optional<Path> folder) {
        this.folder = folder;
    }

    boolean hasFolder() {
        return folder.isPresent();
    }

    Optional<OpenFile> file(int descriptor) {
        return Optional.ofNullable(open.get(descriptor));
    }

    /** Returns whether it was open. */
    boolean close(int descriptor) {
        return open.remove(descriptor) != null;
    }

    /** Forgets what a call left open. */
    void closeAll() {
        open.clear();
    }

    /** How long a file is, in bytes; absent if the path is that of a folder. */
    Optional<Long> size(byte[] path) throws NotOpened {
        Path real = resolve(path);
        try {
            return Files.isDirectory(real) ? Optional.empty() : Optional.of(Files.size(real));
        } catch (IOException failed) {
            throw new NotOpened(Errno.IO);
        }
    }

    /** Opens a file for reading. Returns its descriptor. */
    int open(byte[] path) throws NotOpened {
        if (open.size() >= MAX_OPEN) {
            throw new NotOpened(Errno.TOO_MANY_FILES);
        }
        Path real = resolve(path);
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotOpened(Errno.NOT_SUPPORTED);
        }
        int room = MAX_BYTES
                - open.values().stream().mapToInt(file -> file.content.length).sum();
        byte[] content;
        try (InputStream file = Files.newInputStream(real)) {
            content = file.readNBytes(room + 1);
            if (content.length > room) {
                throw new NotOpened(Errno.FILE_TOO_LARGE);
            }
        } catch (AccessDeniedException denied) {
            throw new NotOpened(Errno.ACCESS);
        } catch (IOException failed) {
            throw new NotOpened(Errno.IO);
        }
        int descriptor = FOLDER + 1;
        while (open.containsKey(descriptor)) {
            descriptor++;
        }
        open.put(descriptor, new OpenFile(content));
        return descriptor;
    }

    /** Where a path leads, links followed. Never out of the folder. */
    private Path resolve(byte[] path) throws NotOpened {
        try {
            Path root = folder.orElseThrow(() -> new NotOpened(Errno.BAD_DESCRIPTOR))
                    .toRealPath();
            String text = new String(path, StandardCharsets.UTF_8);
            Path real = root.resolve(text.replaceFirst("^/+", "")).toRealPath();
            if (!real.startsWith(root)) {
                throw new NotOpened(Errno.NOT_CAPABLE);
            }
            return real;
        } catch (NoSuchFileException none) {
            throw new NotOpened(Errno.NO_ENTRY);
        } catch (InvalidPathException noPath) {
            throw new NotOpened(Errno.INVALID);
        } catch (IOException failed) {
            throw new NotOpened(Errno.ACCESS);
        }
    }
}
