package id.lum.wasi.internal;

/** A module cannot be loaded now; later it may be. The message is the rest of a sentence about it, fit for a log. */
final class ModuleLoadFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param why without a full stop, and without a word of the module's own */
    ModuleLoadFailed(String why) {
        super(why);
    }
}
