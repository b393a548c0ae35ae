package id.lum.wasi.internal;

import id.lum.hooks.tokenstore.TokenStoreException.Reason;

/** A call to a module that has no answer. The message is a part of a sentence, without a word of the module's own. */
final class ModuleCallFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final boolean instanceBroken;

    private ModuleCallFailed(Reason reason, boolean instanceBroken, String why) {
        super(why);
        this.reason = reason;
        this.instanceBroken = instanceBroken;
    }

    /** The module says by its status that it has no value; its instance goes on. */
    static ModuleCallFailed byStatus(Reason reason, String why) {
        return new ModuleCallFailed(reason, false, why);
    }

    /** The module says that it has a value, and gives none. */
    static ModuleCallFailed empty() {
        return new ModuleCallFailed(Reason.EMPTY_RESPONSE, false, "it answers with an empty value");
    }

    /** The module broke a rule, or was stopped: its instance is not asked again. */
    static ModuleCallFailed broken(String why) {
        return new ModuleCallFailed(Reason.SERVICE_CALL_FAILED, true, why);
    }

    Reason reason() {
        return reason;
    }

    boolean isInstanceBroken() {
        return instanceBroken;
    }
}
