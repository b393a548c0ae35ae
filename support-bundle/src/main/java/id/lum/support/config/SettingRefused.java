package id.lum.support.config;

import id.lum.hooks.LogSafe;

/**
 * A configuration, or a value of it, that cannot be used. The message names PID, property, value and remedy; the value
 * of a property whose name begins with a dot is a secret and left out.
 */
public final class SettingRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param pid the PID of the configuration
     * @param property the property
     * @param value its text; not shown when the property's name begins with a dot
     * @param remedy what it must be, as the end of the sentence "is refused: it ..."
     */
    public SettingRefused(String pid, String property, String value, String remedy) {
        super(LogSafe.of(pid) + ": " + LogSafe.of(property) + shown(property, value) + " is refused: it " + remedy
                + ".");
    }

    /** @param sentence why the configuration is refused as a whole, fit for a log */
    SettingRefused(String sentence) {
        super(sentence);
    }

    private static String shown(String property, String value) {
        return property.startsWith(".") ? "" : " = \"" + LogSafe.of(value) + "\"";
    }
}
