package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How references are written: {@code PREFIX://path|key[metadata]}, where key and metadata may be absent.
 *
 * @param prefixes of which stores there are references; anything else is plain text
 * @param separator stands between the prefix and the path
 * @param keySeparator stands between the path and the key, one ASCII character
 */
record Grammar(Set<String> prefixes, String separator, String keySeparator) {
    static final String SEPARATOR = "://";
    static final String KEY_SEPARATOR = "|";

    private static final Pattern PREFIX = Pattern.compile("[A-Z][A-Z0-9]{0,63}");

    /**
     * A capital letter or a digit would belong to the prefix before it or to the path after it, a bracket to metadata.
     * The length bounds the work per character of a text.
     */
    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{Alnum}\\p{Cntrl}\\p{Space}\\[\\]]{1,16}");

    /** Brackets, quotes and the backslash have a meaning of their own. */
    private static final Pattern KEY_SEPARATORS = Pattern.compile("[\\p{Punct}&&[^\\[\\]\"'\\\\]]");

    /** @throws IllegalArgumentException if no text could be read like that; the message names what is wrong */
    Grammar {
        prefixes = Set.copyOf(prefixes);
        prefixes.forEach(prefix -> require(
                PREFIX, "prefix", prefix, "is not a capital letter followed by at most 63 capital letters and digits"));
        require(
                SEPARATORS,
                "separator",
                separator,
                "is not one to 16 characters other than letters, digits, brackets and blanks");
        require(
                KEY_SEPARATORS,
                "key separator",
                keySeparator,
                "is not one ASCII punctuation character other than a bracket, a quote or a backslash");
    }

    private static void require(Pattern legal, String what, String text, String sentence) {
        if (!legal.matcher(text).matches()) {
            throw new IllegalArgumentException("the " + what + " '" + LogSafe.of(text) + "' " + sentence);
        }
    }

    static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }

    /**
     * The references in a text, in its order.
     *
     * @throws MalformedReference if one cannot be read, or there is too much of anything
     */
    List<Reference> references(String text) {
        return new ReferenceScanner(this, text).references();
    }
}
