package id.lum.wasi.internal;

import com.dylibso.chicory.runtime.Memory;

/** The memory of an instance. Addresses and lengths are unsigned, and checked before anything is made or copied. */
final class GuestMemory {
    private final Memory memory;

    GuestMemory(Memory memory) {
        this.memory = memory;
    }

    /** A module named an address outside its memory. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault() {
            super("The address is outside of the memory.", null, false, false);
        }
    }

    /** @throws Fault if the bytes are not all in the memory */
    void require(int address, long length) {
        // At most 65536 pages: it cannot overflow.
        long end = Integer.toUnsignedLong(address) + length;
        if (length < 0 || length > 0xffff_ffffL || end > (long) memory.pages() << 16) {
            throw new Fault();
        }
    }

    byte[] read(int address, int length) {
        require(address, Integer.toUnsignedLong(length));
        return memory.readBytes(address, length);
    }

    void write(int address, byte[] bytes) {
        write(address, bytes, 0, bytes.length);
    }

    void write(int address, byte[] bytes, int offset, int length) {
        require(address, length);
        memory.write(address, bytes, offset, length);
    }

    int readInt(int address) {
        require(address, Integer.BYTES);
        return memory.readInt(address);
    }

    long readLong(int address) {
        require(address, Long.BYTES);
        return memory.readLong(address);
    }

    void writeInt(int address, int value) {
        require(address, Integer.BYTES);
        memory.writeI32(address, value);
    }

    void writeLong(int address, long value) {
        require(address, Long.BYTES);
        memory.writeLong(address, value);
    }

    /** Writes zeros over what was there. */
    void wipe(int address, int length) {
        require(address, length);
        memory.fill((byte) 0, address, address + length);
    }
}
