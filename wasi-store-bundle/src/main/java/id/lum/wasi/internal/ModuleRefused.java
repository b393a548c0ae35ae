package id.lum.wasi.internal;

/**
 * A file is no module that can be run as a store, because of what is in it. The message is the rest of a sentence about
 * it, fit for a log.
 */
final class ModuleRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param why without a full stop, and without a word of the module's own */
    ModuleRefused(String why) {
        super(why);
    }
}
