package id.lum.goplugin.internal;

import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.plugin.PluginOutput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of a plugin, with the threads that read what it prints and, once it has said where it listens, the
 * connection to it. Closing this ends all of it and deletes its files.
 */
final class PluginProcess implements Stoppable {
    /** How long a plugin may take to end by itself. */
    private static final Duration POLITE = Duration.ofSeconds(2);

    private static final Duration END_OF_OUTPUT = Duration.ofMillis(500);
    /** How long a plugin may take to say that it serves. */
    static final Duration PROBE = Duration.ofSeconds(2);

    private static final int STREAM_OF_OUTPUT = 1;

    private final String name;
    private final Process process;
    private final PluginOutput output;
    private final ProcessRecords records;
    private final ProcessRecord record;
    private final HandshakeReader standardOutput;
    private final List<Thread> readers;
    /** Complete from the handshake on; cancelled if there is none. */
    private final CompletableFuture<PluginConnection> connection = new CompletableFuture<>();

    private volatile boolean killed;

    /**
     * Takes charge of a process that has been started.
     *
     * @param name what its threads are called
     * @param records where its record is to be deleted in the end
     */
    PluginProcess(String name, Process process, PluginOutput output, ProcessRecords records, ProcessRecord record) {
        this.name = name;
        this.process = process;
        this.output = output;
        this.records = records;
        this.record = record;
        standardOutput = new HandshakeReader(process.getInputStream(), output.stream());
        NamedThreads threads = new NamedThreads(name + " output");
        readers = List.of(threads.newThread(standardOutput), threads.newThread(this::readErrors));
        readers.forEach(Thread::start);
    }

    private void readErrors() {
        try (InputStream errors = process.getErrorStream()) {
            HandshakeReader.drain(errors, output.stream());
        } catch (IOException closed) {
            // The process has ended.
        }
    }

    /**
     * Waits for the first line.
     *
     * @throws PluginStartFailed if the process ends before it, prints something else, or takes too long
     */
    String firstLine(Duration timeout) throws PluginStartFailed, InterruptedException {
        CompletableFuture<?> either = CompletableFuture.anyOf(standardOutput.line(), process.onExit());
        try {
            either.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            // A process that ends at once may have printed a line before.
            Optional<String> line = standardOutput.line().get(END_OF_OUTPUT.toMillis(), TimeUnit.MILLISECONDS);
            if (line.isPresent()) {
                return line.get();
            }
        } catch (TimeoutException late) {
            if (process.isAlive()) {
                throw new PluginStartFailed("it printed no handshake within " + timeout.toMillis() + " ms");
            }
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        if (process.waitFor(END_OF_OUTPUT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw PluginStartFailed.endedEarly(process.exitValue());
        }
        throw new PluginStartFailed("its first line is no handshake of go-plugin");
    }

    /**
     * Uses a connection from now on.
     *
     * @param open to the plugin; closed with the process
     * @throws PluginStartFailed if the plugin does not say that it serves
     */
    void connect(PluginConnection open, Duration timeout) throws PluginStartFailed, InterruptedException {
        connection.complete(open);
        // Calls to a process that has ended wait for nothing.
        process.onExit().thenRun(open::cancelCalls);
        if (!open.awaitServing(timeout)) {
            throw new PluginStartFailed(
                    process.isAlive()
                            ? "it does not say in time, where it listens, that it serves"
                            : "it " + ending() + " after its handshake");
        }
        PluginOutput.LineAssembler out = output.stream();
        PluginOutput.LineAssembler errors = output.stream();
        open.listenToOutput(message -> {
            byte[] bytes = message.bytes(2);
            (message.number(1) == STREAM_OF_OUTPUT ? out : errors).append(bytes, bytes.length);
        });
        open.openBroker();
    }

    /**
     * Asks the store.
     *
     * @return the value; empty if the store answers with an empty one
     */
    String value(String path, String metadata, Duration timeout) throws PluginCallFailed, InterruptedException {
        String value = "";
        output.callBegins(metadata);
        try {
            value = connection.join().value(path, metadata, timeout);
            return value;
        } finally {
            output.callEnds(value);
        }
    }

    /** Whether it is there and says that it serves, within that time and {@link #PROBE}. */
    boolean isServing(Duration timeout) throws InterruptedException {
        Duration most = timeout.compareTo(PROBE) < 0 ? timeout : PROBE;
        return process.isAlive() && connection.join().isServing(most);
    }

    long pid() {
        return process.pid();
    }

    /** Completes when the process has ended. */
    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /** How it has ended, or that it goes on, as the rest of a sentence. */
    String ending() {
        return process.isAlive() ? "does not serve any more" : "ended with exit code " + process.exitValue();
    }

    /** Ends the process at once. {@link #close} follows. */
    void kill() {
        killed = true;
        // Its children first: without it they are nobody's, and keep its output open.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Asks the process to end, ends it if it does not, and cleans up. */
    @Override
    public void close(StopDeadline deadline) {
        if (!killed && process.isAlive() && connection.isDone()) {
            askToEnd(deadline);
        }
        kill();
        deadline.await(nanos -> process.waitFor(nanos, TimeUnit.NANOSECONDS));
        if (!connection.cancel(false)) {
            connection.join().close(deadline);
        }
        // A child of the process that has become nobody's may keep its output open for ever.
        StopDeadline endOfOutput = noLaterThan(deadline, END_OF_OUTPUT);
        readers.forEach(endOfOutput::await);
        records.processEnded(record);
    }

    private static StopDeadline noLaterThan(StopDeadline deadline, Duration bound) {
        Duration left = deadline.left();
        return left.compareTo(bound) < 0 ? deadline : StopDeadline.within(bound, System::nanoTime);
    }

    private void askToEnd(StopDeadline deadline) {
        StopDeadline polite = noLaterThan(deadline.part(2), POLITE);
        try {
            connection.join().shutDownPlugin(polite.part(2).left());
            polite.await(nanos -> process.waitFor(nanos, TimeUnit.NANOSECONDS));
        } catch (InterruptedException stop) {
            // It is killed, then.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + ", process " + process.pid();
    }
}
