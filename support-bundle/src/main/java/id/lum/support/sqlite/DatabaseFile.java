package id.lum.support.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a database really is, however many names lead there, and who may read it.
 *
 * <p>The database and its sidecars are never opened here: closing any descriptor on them would drop the locks that
 * SQLite holds in this process.
 */
record DatabaseFile(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFile.class);
    private static final Set<PosixFilePermission> OWN_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWN_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    /** What SQLite calls the write-ahead log of a database: its name, and this. */
    static final String WAL = "-wal";

    private static final List<String> SIDECARS = List.of(WAL, "-shm", "-journal");

    /** Finds the place, and makes the directories that are missing. */
    static DatabaseFile locate(StoreSettings settings) {
        Path named = settings.path();
        Path directory = named.getParent();
        try {
            createDurably(directory);
        } catch (IOException failed) {
            throw new StoreRefused(
                    settings,
                    "its directory cannot be made (" + reason(failed) + ")",
                    "Name a path below a directory that this process may write, or make the directory",
                    failed);
        }
        try {
            Path real = Files.exists(named, LinkOption.NOFOLLOW_LINKS)
                    ? named.toRealPath()
                    : directory.toRealPath().resolve(named.getFileName());
            return new DatabaseFile(usable(real, settings));
        } catch (IOException failed) {
            throw new StoreRefused(
                    settings, "it leads nowhere (" + reason(failed) + ")", "Mend or remove the symbolic link", failed);
        }
    }

    /** SQLite brings its own directory to the disk, not those above it: a power cut could take a new one away. */
    private static void createDurably(Path directory) throws IOException {
        Deque<Path> parentsOfNew = new ArrayDeque<>();
        for (Path one = directory; one.getParent() != null && Files.notExists(one); one = one.getParent()) {
            parentsOfNew.push(one.getParent());
        }
        // Asked first, because the JDK takes a symbolic link to a directory for a file in its way.
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, onlyFor(OWN_DIRECTORY));
        }
        for (Path parent : parentsOfNew) {
            try (FileChannel entry = FileChannel.open(parent, StandardOpenOption.READ)) {
                entry.force(true);
            } catch (IOException notOfferedHere) {
                LOG.debug("{} cannot be synchronized", parent, notOfferedHere);
            }
        }
    }

    private static Path usable(Path real, StoreSettings settings) {
        if (Files.exists(real) && !Files.isRegularFile(real)) {
            throw new StoreRefused(settings, "it is not a file", "Name a file in that directory", null);
        }
        // SQLite keeps its journal beside the database, so a writable file is not enough.
        if (!Files.isWritable(real.getParent())) {
            throw new StoreRefused(
                    settings,
                    "its directory cannot be written",
                    "Let this process write the directory, or name another path",
                    null);
        }
        if (Files.exists(real) && !Files.isWritable(real)) {
            throw new StoreRefused(
                    settings, "it is read-only", "Let this process write the file, or name another path", null);
        }
        return real;
    }

    /** Its write-ahead log, if it has one. */
    Path log() {
        return path.resolveSibling(path.getFileName() + WAL);
    }

    /**
     * Makes sure that nothing was lost with the file. SQLite takes an empty one for a new database, and throws away the
     * log beside it; no crash leaves such a pair, but moving the file alone does, or copying it to a full disk.
     */
    void requireWriteAheadLog(StoreSettings settings) {
        try {
            if (size(path) == 0 && size(log()) > 0) {
                throw new StoreRefused(
                        settings,
                        "it is missing or empty, and its write-ahead log, the file ending in " + WAL + ", is not",
                        "Put the file back, or remove the log too to begin anew",
                        null);
            }
        } catch (IOException failed) {
            throw new StoreRefused(
                    settings, "it cannot be looked at (" + reason(failed) + ")", "See to the disk", failed);
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** The file whose lock means ownership of the database. */
    Path lock() {
        return path.resolveSibling(path.getFileName() + ".lock");
    }

    /** How many names lead to the file without a symbolic link; 1 where the file system does not tell. */
    int names() throws IOException {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("unix")
                ? (Integer) Files.getAttribute(path, "unix:nlink")
                : 1;
    }

    /** Makes the file if it is missing, and shuts others out of it and its sidecars. To be called by its owner. */
    void restrictPermissions(StoreSettings settings) {
        try {
            createIfMissing(path);
            if (hasPermissions()) {
                Files.setPosixFilePermissions(path, OWN_FILE);
                // New sidecars get the permissions of the database; these came along when it was copied.
                for (String suffix : SIDECARS) {
                    Path sidecar = path.resolveSibling(path.getFileName() + suffix);
                    if (Files.exists(sidecar)) {
                        Files.setPosixFilePermissions(sidecar, OWN_FILE);
                    }
                }
            }
        } catch (IOException failed) {
            throw new StoreRefused(
                    settings,
                    "it cannot be made a file that only this process's user may read (" + reason(failed) + ")",
                    "Give the file and its directory to that user, or name another path",
                    failed);
        }
    }

    /** A file that exists is not opened; a new one has no lock that closing it could drop. */
    static void createIfMissing(Path file) throws IOException {
        try {
            Files.createFile(file, onlyFor(OWN_FILE));
        } catch (FileAlreadyExistsException there) {
            return;
        }
    }

    /** For files that no other user may see. Fails if there is something of that name. */
    static void createOwnDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, onlyFor(OWN_DIRECTORY));
    }

    /** An empty file that this process's user may execute, where the file system permits it. */
    static void createOwnExecutable(Path file) throws IOException {
        Files.createFile(file, onlyFor(OWN_DIRECTORY));
    }

    private static FileAttribute<?>[] onlyFor(Set<PosixFilePermission> permissions) {
        return hasPermissions()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    static String reason(IOException failed) {
        return failed.getClass().getSimpleName() + ": " + failed.getMessage();
    }
}
