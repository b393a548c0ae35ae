package id.lum.goplugin.internal;

import id.lum.goplugin.internal.ProcessRecord.Identity;
import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.StopDeadline;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file for each plugin that is run. Those of a container that was killed tell the next one which processes to end.
 */
final class ProcessRecords {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessRecords.class);
    private static final String ENDING = ".process";
    /** Where nobody takes notice of its end it takes some seconds until the system forgets what it ran. */
    private static final Duration END_OF_ORPHAN = Duration.ofSeconds(10);

    private final Path folder;
    private final Path copies;

    /** @param copies where executables are; nothing else is deleted */
    ProcessRecords(Path folder, Path copies) {
        this.folder = folder;
        this.copies = copies;
    }

    /** Writes one, or writes it anew. It is there as a whole or not at all. */
    void write(ProcessRecord record) throws IOException {
        Path file = file(record);
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        try (Writer writer = Files.newBufferedWriter(draft)) {
            record.toProperties().store(writer, null);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Forgets a process, which has ended, and deletes the folder of its socket. Its executable may be run again. */
    void processEnded(ProcessRecord record) {
        record.sockets().ifPresent(folder -> clean(record, () -> deleteSockets(folder)));
        clean(record, () -> write(record.withoutProcess()));
    }

    /** Forgets a plugin, which has no process, and deletes its files. */
    void delete(ProcessRecord record) {
        record.sockets().ifPresent(folder -> clean(record, () -> deleteSockets(folder)));
        clean(record, () -> {
            if (record.executable().startsWith(copies)) {
                Files.deleteIfExists(record.executable());
            }
        });
        clean(record, () -> Files.deleteIfExists(file(record)));
    }

    /** A file that stays is no reason to keep another, or to run no plugin. */
    private static void clean(ProcessRecord record, Cleaning cleaning) {
        try {
            cleaning.run();
        } catch (IOException | RuntimeException kept) {
            LOG.warn(
                    "{}: files of a plugin that has ended cannot be deleted ({}).",
                    LogSafe.of(record.prefix()),
                    kept.getClass().getSimpleName());
        }
    }

    private interface Cleaning {
        void run() throws IOException;
    }

    /** The folder is the plugin's current one, too: it may have made others in it. Links are not followed. */
    private static void deleteSockets(Path sockets) throws IOException {
        if (!SocketFolders.isOurs(sockets) || !Files.isDirectory(sockets, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> below = Files.walk(sockets)) {
            deepestFirst = below.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }

    private Path file(ProcessRecord record) {
        return folder.resolve(record.executable().getFileName() + ENDING);
    }

    /** Ends every process that a container has left behind that is gone, or this bundle before its last stop. */
    void endOrphans() throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(file -> file.toString().endsWith(ENDING)).toList();
        }
        Identity us = Identity.of(ProcessHandle.current());
        for (Path file : files) {
            try {
                ProcessRecord record = read(file);
                if (record.owner().equals(us) || record.owner().find().isEmpty()) {
                    endOrphan(record);
                }
            } catch (IllegalArgumentException | CharacterCodingException malformed) {
                LOG.warn("{} is no record of a process, and is deleted.", LogSafe.whole(file.toString()));
                Files.deleteIfExists(file);
            } catch (IOException unreadable) {
                LOG.error(
                        "{} cannot be read ({}). If a plugin of a container that is gone still runs, end it.",
                        LogSafe.whole(file.toString()),
                        unreadable.getClass().getSimpleName());
            }
        }
    }

    private static ProcessRecord read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return ProcessRecord.of(properties);
    }

    private void endOrphan(ProcessRecord record) {
        find(record).forEach(orphan -> {
            StopDeadline deadline = StopDeadline.within(END_OF_ORPHAN, System::nanoTime);
            // Its children first: without it they are nobody's.
            orphan.descendants().forEach(ProcessHandle::destroyForcibly);
            orphan.destroyForcibly();
            if (deadline.await(nanos -> hasEnded(orphan, nanos))) {
                LOG.warn(
                        "{}: process {} of its plugin, left behind by a container that is gone, has been ended.",
                        LogSafe.of(record.prefix()),
                        orphan.pid());
            } else {
                LOG.error(
                        "{}: process {} of its plugin, left behind by a container that is gone, does not end. End it.",
                        LogSafe.of(record.prefix()),
                        orphan.pid());
            }
        });
        delete(record);
    }

    /** The container may have been killed between the start of the process and the record of its number. */
    private static List<ProcessHandle> find(ProcessRecord record) {
        if (!record.process().equals(Identity.UNKNOWN)) {
            return record.process().find().stream().toList();
        }
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(record.executable().toString()::equals)
                        .isPresent())
                .toList();
    }

    private static boolean hasEnded(ProcessHandle process, long nanos) throws InterruptedException {
        try {
            process.onExit().get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            // In a container without an init process nobody takes notice of its end, so that its number stays; but what
            // it ran is no longer known.
            return process.info().command().isEmpty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
