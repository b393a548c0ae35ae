package id.lum.wasi.internal;

import java.nio.ByteBuffer;

/**
 * Reads the bytes of a module, or of a part of it. At the end of them {@link java.nio.BufferUnderflowException} or
 * {@link IllegalArgumentException} is thrown.
 */
final class ModuleBytes {
    /** A part of a module that is repeated. */
    @FunctionalInterface
    interface Part {
        void read() throws ModuleRefused;
    }

    private final ByteBuffer bytes;

    ModuleBytes(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    int position() {
        return bytes.position();
    }

    void skip(int length) {
        bytes.position(bytes.position() + length);
    }

    /** The next bytes, as a part of their own. */
    ModuleBytes part(int length) {
        ModuleBytes part = new ModuleBytes(bytes.slice(bytes.position(), length));
        skip(length);
        return part;
    }

    int bigEndianInt() {
        return bytes.getInt();
    }

    int unsignedByte() {
        return Byte.toUnsignedInt(bytes.get());
    }

    /** A length or a number of elements, each of which takes a byte at least. */
    int count() throws ModuleRefused {
        long count = number();
        if (count < 0 || count > bytes.remaining()) {
            throw new ModuleRefused("it is cut off, or announces more than there is in it");
        }
        return (int) count;
    }

    void each(Part part) throws ModuleRefused {
        int count = count();
        for (int i = 0; i < count; i++) {
            part.read();
        }
    }

    /** An unsigned number in LEB128; of a signed one only the length is read right. */
    long number() throws ModuleRefused {
        long number = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = unsignedByte();
            number |= (long) (next & 0x7f) << shift;
            if ((next & 0x80) == 0) {
                return number;
            }
        }
        throw new ModuleRefused("it holds a malformed number");
    }
}
