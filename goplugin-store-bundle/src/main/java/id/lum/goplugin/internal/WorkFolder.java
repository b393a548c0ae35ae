package id.lum.goplugin.internal;

import id.lum.goplugin.internal.ProcessRecord.Identity;
import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.FilePermissionCheck;
import id.lum.support.plugin.PluginFile;
import id.lum.support.plugin.PluginRefused;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * A folder that only this container's user may enter: copies of plugins, which were checked while they were made and
 * which nobody can exchange before they are run, and the records of processes. Safe for several threads.
 */
final class WorkFolder {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_EXECUTABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path copies;
    private final Path socketParent;
    private final ProcessRecords records;
    private final FilePermissionCheck permissions;

    private WorkFolder(Path copies, Path socketParent, ProcessRecords records, FilePermissionCheck permissions) {
        this.copies = copies;
        this.socketParent = socketParent;
        this.records = records;
        this.permissions = permissions;
    }

    /**
     * Opens the folder, makes it if it is not there, and ends processes that were left behind.
     *
     * @param folder the folder
     * @param socketParent where folders for sockets are made
     * @throws PluginRefused if this system has no permissions like those of Unix, or others may exchange the folder
     * @throws IOException if it cannot be made
     */
    static WorkFolder open(Path folder, Path socketParent) throws IOException, PluginRefused {
        try {
            Path copies = makePrivate(folder.resolve("copies"));
            Path processes = makePrivate(folder.resolve("processes"));
            FilePermissionCheck permissions = FilePermissionCheck.forOwnerOf(copies);
            permissions.checkFolder(copies);
            permissions.checkFolder(processes);
            ProcessRecords records = new ProcessRecords(processes, copies);
            records.endOrphans();
            return new WorkFolder(copies, socketParent, records, permissions);
        } catch (UnsupportedOperationException notUnix) {
            throw new PluginRefused("plugins need a system with the permissions of Unix");
        }
    }

    private static Path makePrivate(Path folder) throws IOException {
        Files.createDirectories(folder, PRIVATE_FOLDER);
        return Files.setPosixFilePermissions(folder, PRIVATE_FOLDER.value());
    }

    /** @throws PluginRefused if others than root and the user of this container decide on its content */
    void checkPermissions(PluginFile file) throws PluginRefused, IOException {
        permissions.check(file);
        permissions.checkExecutable(file);
    }

    ProcessRecords records() {
        return records;
    }

    /**
     * Copies the file of a plugin, and records that. The caller {@link #discard}s the copy.
     *
     * <p>One at a time, and not during {@link #launch}: a process that is started while a copy is being written
     * inherits the open file for a moment, and meanwhile the system runs no copy that somebody may write to.
     *
     * @throws PluginStartFailed if the content is not the one that is expected
     */
    synchronized PluginCopy copy(PluginSpec spec) throws PluginStartFailed, IOException {
        Path copy = copies.resolve(spec.prefix().toLowerCase(Locale.ROOT) + "-" + UUID.randomUUID());
        ProcessRecord record = ProcessRecord.of(spec.prefix(), copy);
        try {
            records.write(record);
            Files.createFile(copy, PRIVATE_EXECUTABLE);
            String actual;
            try (OutputStream out = Files.newOutputStream(copy, StandardOpenOption.WRITE)) {
                actual = Checksum.copy(spec.file().path().toRealPath(), out);
            }
            if (!spec.checksum().accepts(actual)) {
                throw new PluginStartFailed("its SHA-256 is " + actual + ", and not the one of the setting sha256");
            }
            return new PluginCopy(record, actual);
        } catch (IOException | PluginStartFailed | RuntimeException | Error failed) {
            records.delete(record);
            throw failed;
        }
    }

    /**
     * Makes the folder of the socket of a process, and records it. The caller says when the process has ended.
     *
     * @param copy what is run; one process at a time
     */
    ProcessRecord prepare(PluginCopy copy) throws IOException {
        ProcessRecord record = copy.record().withSockets(SocketFolders.create(socketParent));
        try {
            records.write(record);
            return record;
        } catch (IOException | RuntimeException | Error failed) {
            records.processEnded(record);
            throw failed;
        }
    }

    /** Deletes a copy, of which there is no process. */
    void discard(PluginCopy copy) {
        records.delete(copy.record());
    }

    /** Starts a process, and completes its record. */
    synchronized Process launch(ProcessBuilder builder, ProcessRecord record) throws IOException {
        Process process = builder.start();
        try {
            records.write(record.withProcess(Identity.of(process.toHandle())));
        } catch (IOException | RuntimeException | Error failed) {
            process.destroyForcibly();
            throw failed;
        }
        return process;
    }
}
