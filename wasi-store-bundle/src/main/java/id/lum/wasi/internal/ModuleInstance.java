package id.lum.wasi.internal;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A module that runs, with a memory of its own. It keeps what the module has allocated for the next call, because some
 * modules never free anything. Not safe for several threads.
 */
final class ModuleInstance {
    /** What most values fit into. In bytes. */
    static final int FIRST_OUTPUT = 4096;

    /** The same as for every store. In bytes. */
    static final int MAX_VALUE = 1 << 20;

    private static final int CELL = Integer.BYTES;

    /** What a module has allocated. */
    private record Buffer(int address, int size) {
        static final Buffer NONE = new Buffer(0, 0);
    }

    private final GuestMemory memory;
    private final WasiHost host;
    private final ExportFunction allocate;
    private final ExportFunction deallocate;
    private final ExportFunction value;
    private Buffer input = Buffer.NONE;
    private Buffer output = Buffer.NONE;
    private Buffer cell = Buffer.NONE;
    private boolean used;

    private ModuleInstance(Instance instance, WasiHost host) {
        this.memory = new GuestMemory(instance.memory());
        this.host = host;
        this.allocate = instance.export(ModuleRules.ALLOCATE);
        this.deallocate = instance.export(ModuleRules.DEALLOCATE);
        this.value = instance.export(ModuleRules.VALUE);
    }

    /**
     * Initializes an instance.
     *
     * @param initialize its function for that; absent if it has none
     * @throws ModuleCallFailed if it fails at that
     */
    static ModuleInstance start(Instance instance, WasiHost host, Optional<String> initialize) throws ModuleCallFailed {
        ModuleInstance started = new ModuleInstance(instance, host);
        host.begin();
        try {
            if (initialize.isPresent()) {
                ExportFunction function = instance.export(initialize.get());
                contained(() -> function.apply());
            }
        } finally {
            host.end();
        }
        return started;
    }

    /** Whether it has been asked before, so that a failure to allocate may be a matter of its age. */
    boolean isUsed() {
        return used;
    }

    /**
     * Asks the module.
     *
     * @param request the document that it reads
     * @return its answer, not empty
     * @throws ModuleCallFailed if there is none; the instance may be broken then
     */
    String value(byte[] request) throws ModuleCallFailed {
        host.begin();
        try {
            input = atLeast(input, request.length);
            output = atLeast(output, FIRST_OUTPUT);
            cell = atLeast(cell, CELL);
            used = true;
            return askAndWipe(request);
        } finally {
            host.end();
        }
    }

    private String askAndWipe(byte[] request) throws ModuleCallFailed {
        try {
            return contained(() -> ask(request));
        } finally {
            contained(() -> {
                memory.wipe(input.address(), request.length);
                memory.wipe(output.address(), output.size());
                return "";
            });
        }
    }

    private String ask(byte[] request) throws ModuleCallFailed {
        for (int attempt = 1; ; attempt++) {
            memory.write(input.address(), request);
            memory.writeInt(cell.address(), 0);
            int code = (int) value.apply(
                            unsigned(input.address()),
                            request.length,
                            unsigned(output.address()),
                            output.size(),
                            unsigned(cell.address()))[0];
            int length = memory.readInt(cell.address());
            StatusCode status = StatusCode.of(code)
                    .orElseThrow(() -> ModuleCallFailed.broken("it answers with the unknown status " + code));
            if (status == StatusCode.OK) {
                return text(length);
            }
            if (status != StatusCode.BUFFER_TOO_SMALL) {
                throw ModuleCallFailed.byStatus(status.reason(), "it answers with the status " + status);
            }
            if (attempt == 2 || Integer.compareUnsigned(length, output.size()) <= 0) {
                throw ModuleCallFailed.broken("it says of an output that it is too small though it is not");
            }
            if (Integer.compareUnsigned(length, MAX_VALUE) > 0) {
                throw ModuleCallFailed.byStatus(
                        StatusCode.FAILED_VALUE_RETRIEVAL.reason(), "its value is longer than " + MAX_VALUE + " bytes");
            }
            output = atLeast(output, length);
        }
    }

    private static long unsigned(int address) {
        return Integer.toUnsignedLong(address);
    }

    private String text(int length) throws ModuleCallFailed {
        if (length == 0) {
            throw ModuleCallFailed.empty();
        }
        if (Integer.compareUnsigned(length, output.size()) > 0) {
            throw ModuleCallFailed.broken("it answers with more than there is room for");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(memory.read(output.address(), length)))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw ModuleCallFailed.byStatus(StatusCode.INVALID_UTF8.reason(), "its value is no UTF-8");
        }
    }

    /** A buffer that is large enough: the one that is there, or a new one in its place. */
    private Buffer atLeast(Buffer old, int size) throws ModuleCallFailed {
        if (old.size() >= size) {
            return old;
        }
        return contained(() -> {
            if (old.size() > 0) {
                memory.wipe(old.address(), old.size());
                deallocate.apply(unsigned(old.address()), old.size());
            }
            int address = (int) allocate.apply(size)[0];
            if (address == 0) {
                throw ModuleCallFailed.broken("it has no memory left");
            }
            memory.require(address, size);
            return new Buffer(address, size);
        });
    }

    /** What a module is asked to do. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws ModuleCallFailed;
    }

    /** Whatever a module does, it ends in an answer or in a failure of the call. */
    private static <T> T contained(Work<T> work) throws ModuleCallFailed {
        try {
            return work.run();
        } catch (ModuleCallFailed failed) {
            throw failed;
        } catch (WasiHost.Exit exit) {
            throw ModuleCallFailed.broken("it ended itself");
        } catch (WasiHost.Stopped stopped) {
            throw ModuleCallFailed.broken("it was stopped");
        } catch (GuestMemory.Fault outside) {
            throw ModuleCallFailed.broken("it names an address outside its memory");
        } catch (RuntimeException | Error trap) {
            // Stack and heap run out in the runtime, and a failed assertion is one of its own. Its message may quote
            // what the module has in its memory.
            throw ModuleCallFailed.broken("it trapped (" + trap.getClass().getSimpleName() + ")");
        }
    }
}
