package id.lum.itests;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plugin that a container runs, as the operating system knows it. Only on Linux.
 *
 * @param handle the process
 * @param environment the variables that it was started with
 */
record RunningPlugin(ProcessHandle handle, Map<String, String> environment) {
    private static final String COOKIE = "CONFIGMANAGER_PLUGIN";

    /** Those that run now. A process is known by the variable that each plugin is started with. */
    static List<RunningPlugin> of(ProcessHandle container) {
        return container
                .descendants()
                .flatMap(RunningPlugin::read)
                .filter(process -> process.environment().containsKey(COOKIE))
                .toList();
    }

    /** The one that a container runs, waited for. */
    static RunningPlugin awaitOneOf(ProcessHandle container) {
        List<RunningPlugin> running = new ArrayList<>();
        Await.until("one plugin runs", () -> {
            running.clear();
            running.addAll(of(container));
            return running.size() == 1;
        });
        return running.get(0);
    }

    /** Another one than this, waited for. */
    RunningPlugin awaitNextOf(ProcessHandle container) {
        Await.until(
                "another process runs the plugin",
                () -> of(container).stream().anyMatch(other -> other.handle().pid() != handle.pid()));
        Await.until("it has ended", () -> !handle.isAlive());
        return awaitOneOf(container);
    }

    /** None, if it has ended meanwhile. */
    private static Stream<RunningPlugin> read(ProcessHandle process) {
        try {
            String variables = Files.readString(file(process, "environ"), StandardCharsets.ISO_8859_1);
            return Stream.of(new RunningPlugin(
                    process,
                    Stream.of(variables.split("\0"))
                            .map(variable -> variable.split("=", 2))
                            .filter(parts -> parts.length == 2)
                            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]))));
        } catch (IOException ended) {
            return Stream.of();
        }
    }

    /** Where its socket is, which nobody else has a file in. */
    Path socketFolder() {
        return Path.of(environment.get("TMPDIR"));
    }

    boolean isAlive() {
        return handle.isAlive();
    }

    /** As SIGKILL: nothing of it is told before. */
    void kill() {
        handle.destroyForcibly();
    }

    /** Its memory, in KiB: the resident set. */
    long memory() throws IOException {
        return Files.readAllLines(file(handle, "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static Path file(ProcessHandle process, String name) {
        return Path.of("/proc", String.valueOf(process.pid()), name);
    }
}
