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
    Sandbox {
        environment = Map.copyOf(environment);
    }

    /** The values of variables may be secret. */
    @Override
    public String toString() {
        return "Sandbox[environment=" + environment.keySet() + ", folder=" + folder + ", clock=" + clock
                + ", memoryPages=" + memoryPages + "]";
    }
}
