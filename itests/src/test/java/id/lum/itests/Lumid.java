package id.lum.itests;

import id.lum.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A container started by {@code bin/lumid} as a process of its own, and what it prints. */
final class Lumid implements AutoCloseable {
    private final Process process;
    private final Path console;

    private Lumid(Process process, Path console) {
        this.process = process;
        this.console = console;
    }

    /**
     * Starts it.
     *
     * @param home the unpacked folder
     * @param arguments what follows {@code bin/lumid}
     */
    static Lumid start(Path home, String... arguments) throws IOException {
        return start(home, command -> {}, arguments);
    }

    /**
     * Starts it in circumstances of its own.
     *
     * @param home the unpacked folder
     * @param circumstances what is special about the process
     * @param arguments what follows {@code bin/lumid}
     */
    static Lumid start(Path home, Consumer<ProcessBuilder> circumstances, String... arguments) throws IOException {
        Path console = Files.createTempFile(home, "console", ".txt");
        ProcessBuilder command = new ProcessBuilder(
                        Stream.concat(Stream.of(home.resolve("bin/lumid").toString()), Stream.of(arguments))
                                .toList())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().remove("JAVA_OPTS");
        circumstances.accept(command);
        command.environment().merge("JAVA_OPTS", Javas.options(), (given, ours) -> ours + " " + given);
        return new Lumid(command.start(), console);
    }

    /** Types a line and returns what was printed for it, up to the next prompt. */
    String type(String line) throws Exception {
        int before = text().length();
        send(line);
        Await.until(
                "the shell has answered " + line,
                () -> text().substring(before).stripTrailing().endsWith("g!"));
        return text().substring(before);
    }

    /** Types a line that the container may not answer. */
    void send(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Types ^D. */
    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    void waitFor(String text) throws Exception {
        Await.until("the console shows " + text, () -> text().contains(text) || !process.isAlive());
        if (!text().contains(text)) {
            throw new AssertionError("It ended without " + text + ":\n" + text());
        }
    }

    /** Returns once the shell is there, and every hook that FlowMesh requires. */
    void awaitHooks() throws Exception {
        waitFor("g! ");
        Await.until("FlowMesh has its hooks", () -> {
            String hooks = type("hooks:list flowmesh");
            return hooks.contains("present") && !hooks.contains("unavailable");
        });
    }

    /** Asks it to end, as a service manager does. */
    void terminate() {
        process.destroy();
    }

    /** As SIGKILL: the container ends at once, and nothing that it has started. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** The container, where the launcher gives way to it. */
    ProcessHandle handle() {
        return process.toHandle();
    }

    /** The container, where the launcher stays beside it. */
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** The command that runs now: the launcher gives way to Java. */
    String commandLine() {
        return process.info().commandLine().orElse("");
    }

    long pid() {
        return process.pid();
    }

    /** Its exit status, once it has ended. */
    int exit() throws InterruptedException {
        if (!process.waitFor(2 * Await.BOUND.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("It does not end.");
        }
        return process.exitValue();
    }

    String text() throws IOException {
        return Files.readString(console);
    }

    List<String> lines() throws IOException {
        return text().lines().map(String::strip).toList();
    }

    /** Of a tour, the process is the launcher's, and the container a child of it. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
