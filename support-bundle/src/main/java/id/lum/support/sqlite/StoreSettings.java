package id.lum.support.sqlite;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What a store is opened with.
 *
 * @param path the database file, absolute; it and its directories are created when missing
 * @param journalMode how SQLite keeps transactions
 * @param owner the setting that names the path, for error sentences: {@code id.lum.flowmesh acl.db.path}
 * @param limits what may be used and waited for
 */
public record StoreSettings(Path path, JournalMode journalMode, String owner, StoreLimits limits) {

    public StoreSettings {
        if (!path.isAbsolute() || path.getFileName() == null) {
            throw new IllegalArgumentException(
                    "The path of a store must be absolute and name a file, not " + path + ".");
        }
        requireNonNull(journalMode, "journalMode");
        if (owner.isBlank()) {
            throw new IllegalArgumentException("A store needs the name of the setting that owns it.");
        }
        requireNonNull(limits, "limits");
    }

    /**
     * Where the path leads now, through symbolic links, {@code .} and {@code ..}. Creates nothing.
     *
     * @return the real path; for a file that does not exist, its place in the directories that do
     */
    public Path realPath() {
        return realPath(path).normalize();
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException missing) {
            Path parent = path.getParent();
            return parent == null ? path : realPath(parent).resolve(path.getFileName());
        }
    }

    /**
     * What tells one content of the database file from another: its identity, size and time. Opens and creates nothing.
     *
     * @return a text to compare; empty if there is no file, or an empty one
     */
    public Optional<String> contentStamp() {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(now.fileKey() + " " + now.size() + " " + now.lastModifiedTime())
                    .filter(stamp -> now.isRegularFile() && now.size() > 0);
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    /**
     * Whether other settings differ at most in the path.
     *
     * @param other the other settings
     * @return true if everything else is equal
     */
    public boolean equalsApartFromPath(StoreSettings other) {
        return equals(new StoreSettings(path, other.journalMode(), other.owner(), other.limits()));
    }
}
