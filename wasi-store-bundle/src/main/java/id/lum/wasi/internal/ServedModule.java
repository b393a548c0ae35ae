package id.lum.wasi.internal;

import id.lum.support.plugin.PluginOutput;
import java.time.Duration;

/**
 * A module that can be asked.
 *
 * @param spec how it is run
 * @param module what was made of its file
 * @param pool its instances
 * @param output what they print
 * @param startTime how long the first instance took
 */
record ServedModule(ModuleSpec spec, LoadedModule module, InstancePool pool, PluginOutput output, Duration startTime)
        implements AutoCloseable {
    /**
     * Asks it.
     *
     * @param metadata of the reference; it may hold a secret
     * @throws ModuleCallFailed if it has no answer in time
     */
    String value(byte[] request, String metadata) throws ModuleCallFailed, InterruptedException {
        String value = "";
        output.callBegins(metadata);
        try {
            value = pool.value(request, spec.callTimeout());
            return value;
        } finally {
            output.callEnds(value);
        }
    }

    /** Calls that have begun go on. */
    @Override
    public void close() {
        pool.close();
    }

    /** How it is executed and how long the steps to that took, for the log. */
    String description() {
        String execution = module.isCompiled()
                ? "compiled in " + module.compileTime().toMillis() + " ms"
                : "interpreted" + (spec.compile() ? ", because it cannot be compiled" : "");
        return execution + ", parsed in " + module.parseTime().toMillis() + " ms and started in " + startTime.toMillis()
                + " ms";
    }
}
