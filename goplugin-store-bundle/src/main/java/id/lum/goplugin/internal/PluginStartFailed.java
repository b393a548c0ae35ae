package id.lum.goplugin.internal;

/** A plugin has no process that can be asked. The message is a part of a sentence, fit for a log. */
final class PluginStartFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /** With which a plugin ends if its host shows the wrong cookie, or none; and if anything else is wrong with it. */
    private static final int COOKIE_REFUSED = 1;

    private final boolean maybeOfTheCookie;

    private PluginStartFailed(String why, boolean maybeOfTheCookie) {
        super(why);
        this.maybeOfTheCookie = maybeOfTheCookie;
    }

    /** @param why without a full stop, and without a word of the plugin's own */
    PluginStartFailed(String why) {
        this(why, false);
    }

    static PluginStartFailed endedEarly(int exitCode) {
        return new PluginStartFailed(
                "it ended with exit code " + exitCode + " before its handshake"
                        + (exitCode == COOKIE_REFUSED
                                ? ", as a plugin does that knows no cookie of the setting cookies"
                                : ""),
                exitCode == COOKIE_REFUSED);
    }

    boolean isMaybeOfTheCookie() {
        return maybeOfTheCookie;
    }
}
