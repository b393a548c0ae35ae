package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.core.NativeDB;

/**
 * Loads SQLite's native library before the driver needs it. The driver alone would use the temporary folder, where
 * files may not be executable, would leave the file there after a kill, and would not try again after a failure.
 *
 * <p>The library is unpacked into a new folder beside the database or, if that does not work, in the temporary folder.
 * The system property {@code org.sqlite.tmpdir} names another place instead of both. The file is removed as soon as it
 * is loaded, where the system allows that; otherwise a later process removes it. Each class loader loads a copy of its
 * own, as the JVM demands.
 */
final class NativeLibrary {
    /** Where the driver unpacks the library. */
    static final String UNPACKED_IN = "org.sqlite.tmpdir";
    /** Where an operator has put the library; the driver then unpacks nothing. */
    static final String INSTALLED_IN = "org.sqlite.lib.path";

    /** Followed by the number of the process and a random text. */
    static final String FOLDER_PREFIX = "sqlite-native-";

    /** How exactly the start of another process is known. */
    private static final Duration START_PRECISION = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private NativeLibrary() {}

    /**
     * Returns once the library is loaded. Fast if it is.
     *
     * @param file the database, whose folder exists
     * @throws StoreRefused if it cannot be loaded now; safe to repeat
     */
    static void load(DatabaseFile file, StoreSettings settings) {
        if (isLoaded()) {
            return;
        }
        // All class loaders of the JVM share the property that is set for the driver.
        synchronized (System.getProperties()) {
            if (!isLoaded()) {
                loadFromFirst(folders(file), file.path().getParent(), settings);
            }
        }
    }

    /** A method of the library is called, because the driver remembers a failure and not what came after it. */
    static boolean isLoaded() {
        try {
            return !new NativeDB("", "", new SQLiteConfig()).libversion().isEmpty();
        } catch (UnsatisfiedLinkError notLoaded) {
            return false;
        } catch (SQLException unexpected) {
            LOG.debug("The driver cannot be asked whether its library is loaded", unexpected);
            return false;
        }
    }

    private static List<String> folders(DatabaseFile file) {
        String chosen = Optional.ofNullable(System.getProperty(INSTALLED_IN))
                .orElseGet(() -> System.getProperty(UNPACKED_IN, ""));
        return chosen.isEmpty()
                ? List.of(file.path().getParent().toString(), System.getProperty("java.io.tmpdir"))
                : List.of(chosen);
    }

    private static void loadFromFirst(List<String> folders, Path swept, StoreSettings settings) {
        removeLeftBehind(swept);
        List<String> failures = new ArrayList<>();
        Throwable last = null;
        for (String folder : folders) {
            try {
                loadFrom(folder);
                return;
            } catch (Exception | LinkageError failed) {
                failures.add(LogSafe.of(folder) + " ("
                        + LogSafe.of(failed.getClass().getSimpleName() + ": " + failed.getMessage()) + ")");
                last = failed;
            }
        }
        throw new StoreRefused(
                settings,
                "SQLite's native library cannot be loaded from " + String.join(" or ", failures),
                "Let this process create and execute files in that folder, or name another one with the system property "
                        + UNPACKED_IN,
                last);
    }

    private static void loadFrom(String place) throws Exception {
        if (System.getProperty(INSTALLED_IN) != null) {
            SQLiteJDBCLoader.initialize();
            return;
        }
        Path folder =
                Path.of(place).resolve(FOLDER_PREFIX + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
        DatabaseFile.createOwnDirectory(folder);
        try {
            requireExecutable(folder);
            unpackInto(folder);
        } finally {
            remove(folder);
        }
    }

    /** Asked first: what the driver says of a folder without this permission does not name the reason. */
    static void requireExecutable(Path folder) throws IOException {
        Path probe = folder.resolve("probe");
        DatabaseFile.createOwnExecutable(probe);
        if (!Files.isExecutable(probe)) {
            throw new IOException("files there may not be executed; the file system may be mounted with noexec");
        }
    }

    private static void unpackInto(Path folder) throws Exception {
        String before = System.getProperty(UNPACKED_IN);
        System.setProperty(UNPACKED_IN, folder.toString());
        try {
            SQLiteJDBCLoader.initialize();
        } finally {
            if (before == null) {
                System.clearProperty(UNPACKED_IN);
            } else {
                System.setProperty(UNPACKED_IN, before);
            }
        }
    }

    /** Only beside the database: in a shared temporary folder a stranger could make us remove files of others. */
    private static void removeLeftBehind(Path beside) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(beside, FOLDER_PREFIX + "*")) {
            for (Path folder : folders) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && isOfDeadProcess(folder)) {
                    remove(folder);
                }
            }
        } catch (IOException | RuntimeException failed) {
            LOG.debug("Old copies of SQLite's library in {} cannot be listed", beside, failed);
        }
    }

    private static boolean isOfDeadProcess(Path folder) throws IOException {
        String name = folder.getFileName().toString().substring(FOLDER_PREFIX.length());
        int end = name.indexOf('-');
        if (end < 1 || !name.substring(0, end).chars().allMatch(Character::isDigit)) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(name.substring(0, end)));
        Instant made = Files.getLastModifiedTime(folder).toInstant();
        // In a container the successor of a killed process often has its number.
        return process.isEmpty()
                || process.get()
                        .info()
                        .startInstant()
                        .filter(start -> start.isAfter(made.plus(START_PRECISION)))
                        .isPresent();
    }

    private static void remove(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException removedByAnother) {
            return;
        } catch (IOException | RuntimeException stillUsed) {
            LOG.debug("{} stays until this process has ended", folder, stillUsed);
            return;
        }
        try {
            Files.deleteIfExists(folder);
        } catch (IOException notEmpty) {
            LOG.debug("{} stays until this process has ended", folder, notEmpty);
        }
    }
}
