package id.lum.goplugin.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What is written down of a plugin and of its process, so that the next container finds them if this one is killed: the
 * process would live on. A number of a process is used again; the moment of its start tells one from another.
 *
 * @param prefix of the plugin
 * @param process the process of the plugin; {@link Identity#UNKNOWN} while there is none
 * @param owner the process of the container
 * @param executable the copy that is run
 * @param sockets the folder of its socket; empty while there is none
 */
record ProcessRecord(String prefix, Identity process, Identity owner, Path executable, Optional<Path> sockets) {
    /**
     * A process, also after it has ended.
     *
     * @param pid its number
     * @param started in milliseconds since 1970
     */
    record Identity(long pid, long started) {
        static final Identity UNKNOWN = new Identity(0, 0);

        /** Linux counts from its boot, the time of which it works out anew, to the second, whenever it is asked. */
        private static final Duration TOLERANCE = Duration.ofSeconds(2);

        static Identity of(ProcessHandle handle) {
            return new Identity(
                    handle.pid(),
                    handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
        }

        /** The process, if it is still there and no other one that has its number now. */
        Optional<ProcessHandle> find() {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isOf);
        }

        private boolean isOf(ProcessHandle handle) {
            return handle.info()
                    .startInstant()
                    .filter(instant -> Math.abs(instant.toEpochMilli() - started) <= TOLERANCE.toMillis())
                    .isPresent();
        }
    }

    /** One of this container, of a plugin without a process. */
    static ProcessRecord of(String prefix, Path executable) {
        return new ProcessRecord(
                prefix, Identity.UNKNOWN, Identity.of(ProcessHandle.current()), executable, Optional.empty());
    }

    ProcessRecord withSockets(Path folder) {
        return new ProcessRecord(prefix, process, owner, executable, Optional.of(folder));
    }

    ProcessRecord withProcess(Identity started) {
        return new ProcessRecord(prefix, started, owner, executable, sockets);
    }

    ProcessRecord withoutProcess() {
        return of(prefix, executable);
    }

    Properties toProperties() {
        Properties properties = new Properties();
        properties.setProperty("prefix", prefix);
        properties.setProperty("pid", Long.toString(process.pid()));
        properties.setProperty("started", Long.toString(process.started()));
        properties.setProperty("owner.pid", Long.toString(owner.pid()));
        properties.setProperty("owner.started", Long.toString(owner.started()));
        properties.setProperty("executable", executable.toString());
        sockets.ifPresent(folder -> properties.setProperty("sockets", folder.toString()));
        return properties;
    }

    /** @throws IllegalArgumentException if a property is missing or makes no sense */
    static ProcessRecord of(Properties properties) {
        return new ProcessRecord(
                text(properties, "prefix"),
                new Identity(number(properties, "pid"), number(properties, "started")),
                new Identity(number(properties, "owner.pid"), number(properties, "owner.started")),
                Path.of(text(properties, "executable")),
                Optional.ofNullable(properties.getProperty("sockets")).map(Path::of));
    }

    private static long number(Properties properties, String name) {
        return Long.parseLong(text(properties, name));
    }

    private static String text(Properties properties, String name) {
        return Optional.ofNullable(properties.getProperty(name))
                .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }
}
