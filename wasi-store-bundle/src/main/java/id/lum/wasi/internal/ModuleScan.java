package id.lum.wasi.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Looks through the bytes of a module before it is parsed: the runtime makes room for as many elements as a module
 * announces, and a module of a few bytes may announce billions. Here every count is compared with the bytes that are
 * there. The bodies of functions are stepped through, so that the runtime finds their ends in the same places.
 */
final class ModuleScan {
    /** Each call has room for all of them. Compilers need a few hundred. */
    private static final int MAX_LOCALS = 1024;

    /** Each takes about 80 bytes of the heap as long as the module is there, and more while it is parsed. */
    private static final int MAX_INSTRUCTIONS = 3_000_000;

    private static final int MAGIC = 0x0061736d;
    private static final int VERSION = 0x01000000;

    private static final int TYPES = 1;
    private static final int ELEMENTS = 9;
    private static final int CODE = 10;
    private static final int DATA = 11;
    private static final int DATA_COUNT = 12;

    private static final int FUNCTION_TYPE = 0x60;

    private final ModuleBytes bytes;
    private int instructions;

    private ModuleScan(ModuleBytes bytes) {
        this.bytes = bytes;
    }

    /**
     * Looks through a module.
     *
     * @return how many instructions it has
     * @throws ModuleRefused if the bytes are no module, or announce more than there is
     */
    static int check(byte[] module) throws ModuleRefused {
        try {
            return new ModuleScan(new ModuleBytes(ByteBuffer.wrap(module))).sections();
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException cut) {
            throw new ModuleRefused("it is cut off, or announces more than there is in it");
        }
    }

    private int sections() throws ModuleRefused {
        if (bytes.bigEndianInt() != MAGIC || bytes.bigEndianInt() != VERSION) {
            throw new ModuleRefused("it is no WebAssembly module of version 1");
        }
        int all = 0;
        while (bytes.hasMore()) {
            int id = bytes.unsignedByte();
            ModuleScan section = new ModuleScan(bytes.part(bytes.count()));
            section.section(id);
            all += section.instructions;
            limit(all);
        }
        return all;
    }

    private void section(int id) throws ModuleRefused {
        switch (id) {
            case TYPES -> all(this::type);
            case ELEMENTS -> all(this::element);
            case CODE -> all(this::function);
            case DATA -> all(this::segment);
            default -> {
                if (id > DATA_COUNT) {
                    throw new ModuleRefused("it has a section of an unknown kind");
                }
                // Read element by element, or as bytes that are there.
            }
        }
    }

    private void all(ModuleBytes.Part part) throws ModuleRefused {
        bytes.each(part);
        if (bytes.hasMore()) {
            throw new ModuleRefused("one of its sections is longer than what is in it");
        }
    }

    private void type() throws ModuleRefused {
        if (bytes.unsignedByte() != FUNCTION_TYPE) {
            throw new ModuleRefused("it uses types other than those of functions");
        }
        bytes.skip(bytes.count());
        bytes.skip(bytes.count());
    }

    private void element() throws ModuleRefused {
        long flags = bytes.number();
        boolean active = (flags & 1) == 0;
        boolean explicit = (flags & 2) != 0;
        boolean expressions = (flags & 4) != 0;
        if (active) {
            if (explicit) {
                bytes.number();
            }
            constant();
        }
        if (explicit || !active) {
            bytes.unsignedByte();
        }
        bytes.each(expressions ? this::constant : bytes::number);
    }

    private void function() throws ModuleRefused {
        ModuleBytes body = bytes.part(bytes.count());
        int groups = body.count();
        long locals = 0;
        for (int i = 0; i < groups; i++) {
            locals += Math.min(body.number() & Long.MAX_VALUE, MAX_LOCALS + 1L);
            body.unsignedByte();
            if (locals > MAX_LOCALS) {
                throw new ModuleRefused("one of its functions has more than " + MAX_LOCALS + " locals");
            }
        }
        instructions += new InstructionScan(body).function();
        limit(instructions);
    }

    private static void limit(int instructions) throws ModuleRefused {
        if (instructions > MAX_INSTRUCTIONS) {
            throw new ModuleRefused("it has more than " + MAX_INSTRUCTIONS + " instructions");
        }
    }

    private void segment() throws ModuleRefused {
        long mode = bytes.number();
        if (mode == 2) {
            bytes.number();
        }
        if (mode != 1) {
            constant();
        }
        bytes.skip(bytes.count());
    }

    private void constant() throws ModuleRefused {
        new InstructionScan(bytes).constant();
    }
}
