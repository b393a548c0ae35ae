package id.lum.goplugin.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which content a plugin may have.
 *
 * @param sha256 64 hexadecimal digits in lower case; or {@link #NONE}, by which an operator accepts any
 */
record Checksum(String sha256) {
    static final String NONE = "none";

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** Absent if that is neither a checksum nor the word for none. */
    static Optional<Checksum> parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.equals(NONE) || SHA_256.matcher(lower).matches()
                ? Optional.of(new Checksum(lower))
                : Optional.empty();
    }

    boolean accepts(String actual) {
        return sha256.equals(NONE) || sha256.equals(actual);
    }
}
