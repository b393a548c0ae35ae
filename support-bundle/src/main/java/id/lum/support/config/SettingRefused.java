package id.lum.support.config;

import id.lum.hooks.LogSafe;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A configuration, or values of it, that cannot be used. The message names PID, property, value and remedy of each; the
 * value of a property whose name begins with a dot is a secret and left out.
 */
public final class SettingRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal of one value.
     *
     * @param pid the PID of the configuration
     * @param property the property
     * @param value its text; not shown when the property's name begins with a dot
     * @param remedy what it must be, as the end of the sentence "is refused: it ..."
     */
    public SettingRefused(String pid, String property, String value, String remedy) {
        this(LogSafe.of(pid) + ": " + LogSafe.of(property) + shown(property, value) + " is refused: it " + remedy
                + ".");
    }

    /** @param sentence why the configuration is refused as a whole, fit for a log */
    SettingRefused(String sentence) {
        super(sentence);
    }

    /**
     * A refusal of several values.
     *
     * @param refusals a refusal of each; what refuses the configuration as a whole counts once
     * @return the refusal of all of them
     */
    static SettingRefused all(Collection<SettingRefused> refusals) {
        return new SettingRefused(
                refusals.stream().map(Throwable::getMessage).distinct().collect(Collectors.joining(" ")));
    }

    private static String shown(String property, String value) {
        return property.startsWith(".") ? "" : " = \"" + LogSafe.of(value) + "\"";
    }
}
