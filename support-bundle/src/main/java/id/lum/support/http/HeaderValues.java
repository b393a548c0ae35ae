package id.lum.support.http;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.Setting;
import java.util.Optional;

/**
 * Which text may stand in the value of an HTTP header field (RFC 9110 section 5.5).
 *
 * <p>Asked before any library sees a secret: the JDK refuses an illegal header value with an exception that quotes it.
 */
public final class HeaderValues {
    private HeaderValues() {}

    /**
     * Whether every character is legal: visible US-ASCII, space or tab. The upper half of ISO-8859-1, which old senders
     * used, is not: what becomes of it depends on the recipient, and the JDK sends question marks instead.
     *
     * @param text any text
     * @return true if all of it is legal; an empty text is
     */
    public static boolean isLegal(String text) {
        // A loop: every call of every host asks this about its token.
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character != '\t' && (character < ' ' || character > '~')) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a setting that a header is to hold.
     *
     * @param settings the configuration
     * @param setting the setting; refused if a character is illegal
     * @param <C> the declaration of the settings
     * @return the text; absent when missing, empty or refused
     */
    public static <C> Optional<String> read(DeclaredSettings<C> settings, Setting<? super C> setting) {
        Optional<String> text = settings.text(setting);
        if (text.filter(value -> !isLegal(value)).isPresent()) {
            settings.refuse(setting, "must consist of characters that an HTTP header may hold");
            return Optional.empty();
        }
        return text;
    }
}
