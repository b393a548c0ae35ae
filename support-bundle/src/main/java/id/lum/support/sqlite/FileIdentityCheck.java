package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the files of an open database are still where they were opened. SQLite goes on writing to a file that
 * somebody has moved or removed; a program that opens the path later does not find what it wrote.
 */
final class FileIdentityCheck {
    /** @param isDatabase false for a file beside the database, which may be empty */
    private record OpenedFile(Path path, Optional<Object> key, boolean isDatabase) {
        static OpenedFile now(Path path, boolean isDatabase) throws IOException {
            return new OpenedFile(path, FileIdentityCheck.key(attributes(path)), isDatabase);
        }

        String remedy() {
            return isDatabase
                    ? "Put it back, or move another database there."
                    : "Put it back; otherwise the store is opened again.";
        }
    }

    private final OpenedFile database;
    private final List<OpenedFile> files;

    private FileIdentityCheck(List<OpenedFile> files) {
        this.database = files.get(0);
        this.files = List.copyOf(files);
    }

    /** The database, the file that keeps others away and, if there is one, the log; as they are now, opened. */
    static FileIdentityCheck of(DatabaseFile file, StoreSettings settings) {
        try {
            List<OpenedFile> opened = new ArrayList<>();
            opened.add(OpenedFile.now(file.path(), true));
            opened.add(OpenedFile.now(file.lock(), false));
            if (settings.journalMode() == JournalMode.WAL) {
                opened.add(OpenedFile.now(file.log(), false));
            }
            return new FileIdentityCheck(opened);
        } catch (IOException failed) {
            throw new StoreRefused(
                    settings,
                    "it was removed while it was opened (" + DatabaseFile.reason(failed) + ")",
                    "Leave the file and its directory to this store",
                    failed);
        }
    }

    /** What is wrong, as a sentence; empty if they are there. */
    Optional<String> objection() {
        return files.stream().flatMap(file -> objection(file).stream()).findFirst();
    }

    /** Whether the path leads to another database than the one that is open, or to none. */
    boolean isDatabaseDisplaced() {
        return objection(database).isPresent();
    }

    private static Optional<String> objection(OpenedFile file) {
        try {
            BasicFileAttributes now = attributes(file.path());
            // Once it is open a database has a page; its log may be empty.
            boolean emptied = now.size() == 0 && file.isDatabase();
            return emptied || !key(now).equals(file.key())
                    ? Optional.of(sentence(file, "was replaced or emptied"))
                    : Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.of(sentence(file, "was removed"));
        } catch (IOException unreadable) {
            return Optional.of(sentence(file, "cannot be found (" + DatabaseFile.reason(unreadable) + ")"));
        }
    }

    private static String sentence(OpenedFile file, String what) {
        return "The file " + LogSafe.of(file.path().toString()) + " " + what + " while it was open. " + file.remedy();
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Absent where the file system has none; then a file is known by its name alone. */
    private static Optional<Object> key(BasicFileAttributes attributes) {
        return Optional.ofNullable(attributes.fileKey());
    }
}
