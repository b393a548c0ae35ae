package id.lum.support.plugin;

/** A file is not run as a plugin. The message is the rest of a sentence about it, fit for a log. */
public final class PluginRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param why the rest of the sentence, without a full stop
     */
    public PluginRefused(String why) {
        super(why);
    }
}
