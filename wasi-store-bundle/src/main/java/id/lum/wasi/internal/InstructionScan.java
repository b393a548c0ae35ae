package id.lum.wasi.internal;

/**
 * Steps over the instructions of a function. Those of WebAssembly 2.0 are known, without vectors and without growing
 * tables. What came later (objects on a heap of their own, threads, exceptions, several memories) would make limits of
 * its own necessary, and compilers do without unless they are told to use it.
 */
final class InstructionScan {
    private static final int END = 0x0b;

    /** Deeper nesting may be too much for a compiler, which goes down with it. */
    private static final int MAX_DEPTH = 2_000;

    /** The second bit beyond the alignment names another memory. */
    private static final int MAX_ALIGNMENT = 8;

    private final ModuleBytes bytes;
    private int depth = 1;

    InstructionScan(ModuleBytes bytes) {
        this.bytes = bytes;
    }

    /**
     * Steps over a function. Returns how many instructions it has.
     *
     * @throws ModuleRefused if the bytes are not exactly the instructions of one function
     */
    int function() throws ModuleRefused {
        int count = 0;
        while (depth > 0) {
            step();
            count++;
        }
        if (bytes.hasMore()) {
            throw new ModuleRefused("one of its functions ends too early");
        }
        return count;
    }

    /** A constant, which ends where another part of the module begins. */
    void constant() throws ModuleRefused {
        while (depth > 0) {
            int code = bytes.unsignedByte();
            switch (code) {
                case END -> depth--;
                case 0x23, 0x41, 0x42, 0x43, 0x44, 0xd0, 0xd2 -> operands(code);
                default -> throw new ModuleRefused("it computes constants in a way that is not supported");
            }
        }
    }

    private void step() throws ModuleRefused {
        int code = bytes.unsignedByte();
        switch (code) {
            case 0x02, 0x03, 0x04 -> {
                if (++depth > MAX_DEPTH) {
                    throw new ModuleRefused("its blocks are nested too deeply");
                }
                bytes.number();
            }
            case END -> depth--;
            case 0xfc -> bulk();
            default -> operands(code);
        }
    }

    private void operands(int code) throws ModuleRefused {
        switch (code) {
            case 0x00, 0x01, 0x05, 0x0f, 0x1a, 0x1b, 0xd1 -> {
                // No operand.
            }
            case 0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x41, 0x42, 0xd0, 0xd2 -> bytes.number();
            case 0x0e -> {
                bytes.each(bytes::number);
                bytes.number();
            }
            case 0x11 -> {
                bytes.number();
                bytes.number();
            }
            case 0x1c -> bytes.each(bytes::number);
            case 0x3f, 0x40 -> memoryIndex();
            case 0x43 -> bytes.skip(4);
            case 0x44 -> bytes.skip(8);
            default -> {
                if (code >= 0x28 && code <= 0x3e) {
                    if (bytes.number() > MAX_ALIGNMENT) {
                        throw new ModuleRefused("it accesses memory in a way that is not supported");
                    }
                    bytes.number();
                } else if (code < 0x45 || code > 0xc4) {
                    throw unsupported(code);
                }
            }
        }
    }

    /** Saturating conversions, and what works on many bytes or elements at once. */
    private void bulk() throws ModuleRefused {
        long number = bytes.number();
        int code = (int) Math.min(number, 0xff);
        switch (code) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> {
                // No operand.
            }
            case 8 -> {
                bytes.number();
                memoryIndex();
            }
            case 9, 13, 16, 17 -> bytes.number();
            case 10 -> {
                memoryIndex();
                memoryIndex();
            }
            case 11 -> memoryIndex();
            case 12, 14 -> {
                bytes.number();
                bytes.number();
            }
            default -> throw unsupported(0xfc00 + code);
        }
    }

    private void memoryIndex() throws ModuleRefused {
        if (bytes.unsignedByte() != 0) {
            throw new ModuleRefused("it has several memories");
        }
    }

    private static ModuleRefused unsupported(int code) {
        return new ModuleRefused("it uses an instruction that is not supported: 0x" + Integer.toHexString(code));
    }
}
