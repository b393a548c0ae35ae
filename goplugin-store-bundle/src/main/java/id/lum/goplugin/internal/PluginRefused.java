package id.lum.goplugin.internal;

/** A file is not run as a plugin. The message is the rest of a sentence about it, fit for a log. */
final class PluginRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param why without a full stop */
    PluginRefused(String why) {
        super(why);
    }
}
