package id.lum.wasi.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What of the host an instance of a module gets to see and to use.
 *
 * @param environment its variables of the environment
 * @param folder whose files it may read, as {@code /}; absent if none
 * @param clock whether it learns what time it is
 * @param memoryPages how many pages of 64 KiB its memory may have
 */
record Sandbox(Map<String, String> environment, Optional<Path> folder, boolean clock, int memoryPages) {
    /** Of a value, its text and what is copied between. */
    private static final long VALUE_BYTES = 4L * ModuleInstance.MAX_VALUE;

    Sandbox {
        environment = Map.copyOf(environment);
    }

    /** How much of the heap an instance can take, in bytes. */
    long heapBytes() {
        return heapBytes(memoryPages, folder.isPresent());
    }

    /**
     * The same of an instance with so much memory.
     *
     * @param pages of 64 KiB
     * @param files whether it reads files
     */
    static long heapBytes(int pages, boolean files) {
        return ((long) pages << 16) + VALUE_BYTES + (files ? GuestFiles.MAX_BYTES : 0);
    }

    /** The values of variables may be secret. */
    @Override
    public String toString() {
        return "Sandbox[environment=" + environment.keySet() + ", folder=" + folder + ", clock=" + clock
                + ", memoryPages=" + memoryPages + "]";
    }
}
