package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The right to be the only store on a database, held as a lock on the file beside it. That file stays when the lock is
 * released: removing it would let two owners lock two files of one name.
 *
 * <p>Within the JVM a system property stands before the lock. POSIX drops a process's locks on a file as soon as the
 * process closes any descriptor on it, so a second store that merely tried the lock would take it from the first. A
 * field could not serve: a bundle may be present twice, each with its own classes.
 */
final class DatabaseLock implements AutoCloseable {
    private static final String PROPERTY = "id.lum.support.sqlite.owner.";
    private static final int MAX_LABEL_BYTES = 1024;

    private final String label;
    private final List<String> properties = new ArrayList<>(2);
    private Optional<FileChannel> channel = Optional.empty();

    private DatabaseLock(String label) {
        this.label = label;
    }

    static DatabaseLock take(DatabaseFile file, StoreSettings settings) {
        DatabaseLock lock = new DatabaseLock(label(settings));
        try {
            DatabaseFile.createIfMissing(file.lock());
            lock.claim(file.lock(), file, settings);
            lock.lock(file, settings);
            return lock;
        } catch (IOException failed) {
            StoreRefused refused = unlockable(file, settings, failed);
            lock.close(refused);
            throw refused;
        } catch (RuntimeException | Error refused) {
            lock.close(refused);
            throw refused;
        }
    }

    private void claim(Path path, DatabaseFile file, StoreSettings settings) throws IOException {
        String property = property(path);
        Object owner = System.getProperties().putIfAbsent(property, label);
        if (owner != null) {
            throw owned(file, settings, Optional.of(owner.toString()));
        }
        properties.add(property);
    }

    /**
     * Makes sure that no other name leads to the database: a hard link has a lock file of its own. To be called once
     * the database is there.
     *
     * @throws StoreRefused if it has another name; the lock is still to be closed then
     */
    void requireSingleName(DatabaseFile file, StoreSettings settings) {
        try {
            claim(file.path(), file, settings);
            if (file.names() > 1) {
                throw new StoreRefused(
                        settings,
                        "the file " + LogSafe.of(file.path().toString()) + " has " + file.names()
                                + " names (hard links); another store could come by the other one and undo the work of "
                                + label,
                        "Copy the file to a name of its own, or remove the other names",
                        null);
            }
        } catch (IOException failed) {
            throw unlockable(file, settings, failed);
        }
    }

    private void lock(DatabaseFile file, StoreSettings settings) throws IOException {
        FileChannel opened = FileChannel.open(
                file.lock(), StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        channel = Optional.of(opened);
        try {
            FileLock lock = opened.tryLock();
            if (lock == null) {
                throw owned(file, settings, read(opened));
            }
        } catch (OverlappingFileLockException elsewhereInThisJvm) {
            throw owned(file, settings, Optional.empty());
        }
        // In place, and cut only if it was longer: to empty a file and fill it again waits for the disk on some file
        // systems.
        int written = opened.write(ByteBuffer.wrap(label.getBytes(StandardCharsets.UTF_8)), 0);
        if (opened.size() > written) {
            opened.truncate(written);
        }
    }

    private static String label(StoreSettings settings) {
        return settings.owner() + " in process " + ProcessHandle.current().pid();
    }

    private static Optional<String> read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_LABEL_BYTES);
        channel.read(bytes, 0);
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        return Optional.of(text).filter(label -> !label.isBlank());
    }

    /** Two directories may be one, by a bind mount, and two names one file; the file system knows. */
    private static String property(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return PROPERTY + (key == null ? path.toString() : key.toString());
    }

    private static StoreRefused owned(DatabaseFile file, StoreSettings settings, Optional<String> owner) {
        return new StoreRefused(
                settings,
                "the file " + LogSafe.of(file.path().toString()) + " belongs to another store, that of "
                        + owner.map(LogSafe::of).orElse("an owner that left no name") + "; " + label(settings)
                        + " would undo its work",
                "Give each of them a file of its own",
                null);
    }

    private static StoreRefused unlockable(DatabaseFile file, StoreSettings settings, IOException failed) {
        return new StoreRefused(
                settings,
                "the file " + LogSafe.of(file.lock().toString()) + " cannot be locked (" + DatabaseFile.reason(failed)
                        + ")",
                "Let this process write it, or name a path on a file system with locks",
                failed);
    }

    /** Releases the lock; the file stays. */
    @Override
    public void close() throws IOException {
        try {
            if (channel.isPresent()) {
                channel.get().close();
            }
        } finally {
            properties.forEach(System.getProperties()::remove);
        }
    }

    private void close(Throwable why) {
        try {
            close();
        } catch (IOException | RuntimeException | Error failed) {
            why.addSuppressed(failed);
        }
    }
}
