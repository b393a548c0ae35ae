package id.lum.wasi.internal;

import id.lum.support.plugin.OutputMode;
import id.lum.support.plugin.PluginSearch.Found;
import java.time.Duration;

/**
 * How a module is run. It is loaded again when anything of this changes.
 *
 * @param found the file, and which content it must have
 * @param sandbox what an instance sees and may use
 * @param compile whether it is translated to classes
 * @param instances how many calls run at a time
 * @param output what becomes of the lines that it prints
 * @param startTimeout how long it may take until it can be asked
 * @param callTimeout how long a call may take, waiting for an instance included
 */
record ModuleSpec(
        Found found,
        Sandbox sandbox,
        boolean compile,
        int instances,
        OutputMode output,
        Duration startTimeout,
        Duration callTimeout) {
    /** How much of the heap its instances can take, in bytes. */
    long heapBytes() {
        return instances * sandbox.heapBytes();
    }

    String prefix() {
        return found.file().prefix();
    }

    /** Whether the file was exchanged, and nothing else is different. */
    boolean differsInFileOnly(ModuleSpec other) {
        return found.file().equals(other.found.file())
                && found.checksum().equals(other.found.checksum())
                && with(other.found).equals(other);
    }

    private ModuleSpec with(Found otherFile) {
        return new ModuleSpec(otherFile, sandbox, compile, instances, output, startTimeout, callTimeout);
    }
}
