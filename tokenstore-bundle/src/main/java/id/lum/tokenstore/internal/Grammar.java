package id.lum.tokenstore.internal;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How references are written: {@code PREFIX://path|key[metadata]}, where key and metadata may be absent.
 *
 * @param prefixes of which stores there are references; anything else is plain text
 * @param separator what stands between the prefix and the path
 * @param keySeparator what stands between the path and the key, one ASCII character
 */
record Grammar(Set<String> prefixes, String separator, String keySeparator) {
    static final String SEPARATOR = "://";
    static final String KEY_SEPARATOR = "|";

    // In characters
    static final int MAX_TEXT_LENGTH = 1 << 20;
    static final int MAX_PATH_LENGTH = 2048;
    static final int MAX_KEY_LENGTH = 1024;
    static final int MAX_METADATA_LENGTH = 1024;
    private static final int MAX_EXCERPT_LENGTH = 120;

    /** Different references in a text. */
    static final int MAX_REFERENCES = 256;

    private static final Pattern PREFIX = Pattern.compile("[A-Z][A-Z0-9]{0,63}");

    /**
     * A capital letter or a digit would belong to the prefix before it or to the path after it, a bracket to metadata.
     * The length bounds the work per character of a text.
     */
    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{Alnum}\\p{Cntrl}\\p{Space}\\[\\]]{1,16}");

    /** Brackets, quotes and the backslash have a meaning of their own. */
    private static final Pattern KEY_SEPARATORS = Pattern.compile("[\\p{Punct}&&[^\\[\\]\"'\\\\]]");

    /** @throws IllegalArgumentException with a sentence that names the setting that no text could be read by */
    public Grammar {
        prefixes = Set.copyOf(prefixes);
        prefixes.forEach(prefix -> require(
                isPrefix(prefix),
                "prefix",
                prefix,
                "is not a capital letter followed by at most 63 capital letters and digits"));
        require(
                SEPARATORS.matcher(separator).matches(),
                "separator",
                separator,
                "is not one to 16 characters other than letters, digits, brackets and blanks");
        require(
                KEY_SEPARATORS.matcher(keySeparator).matches(),
                "key separator",
                keySeparator,
                "is not one ASCII punctuation character other than a bracket, a quote or a backslash");
    }

    /** With the usual separators. */
    static Grammar of(Set<String> prefixes) {
        return new Grammar(prefixes, SEPARATOR, KEY_SEPARATOR);
    }

    static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }

    /**
     * The references in a text, in its order.
     *
     * @throws MalformedReference if one cannot be read, or there is too much of anything
     */
    public List<Reference> references(String text) {
        return read(text);
    }

    /** As {@link #references}; for tests that count how often a character is read. */
    List<Reference> read(CharSequence text) {
        return new Lexer(this, text).references();
    }

    /** The beginning of a text for a log, in characters that cannot forge a line or reverse it. */
    static String excerpt(CharSequence text) {
        StringBuilder excerpt = new StringBuilder();
        text.chars()
                .limit(MAX_EXCERPT_LENGTH)
                .map(one -> one >= ' ' && one < 0x7F || Character.isLetterOrDigit(one) ? one : '?')
                .forEach(one -> excerpt.append((char) one));
        return text.length() > MAX_EXCERPT_LENGTH ? excerpt.append("..").toString() : excerpt.toString();
    }

    private static void require(boolean legal, String what, String text, String sentence) {
        if (!legal) {
            throw new IllegalArgumentException("the " + what + " '" + excerpt(text) + "' " + sentence);
        }
    }
}
