package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How references are written: {@code PREFIX://path|key[metadata]}, where key and metadata may be absent. Whatever the
 * text, the work is linear in its length.
 */
final class Grammar {
    static final String SEPARATOR = "://";
    static final String KEY_SEPARATOR = "|";

    // In characters
    static final int MAX_TEXT_LENGTH = 1 << 20;
    static final int MAX_PATH_LENGTH = 2048;
    static final int MAX_KEY_LENGTH = 1024;
    static final int MAX_METADATA_LENGTH = 1024;

    /** Different references in a text. */
    static final int MAX_REFERENCES = 256;

    private static final int MAX_FAULTS = 32;

    private static final Pattern PREFIX = Pattern.compile("[A-Z][A-Z0-9]{0,63}");

    /**
     * A capital letter or a digit would belong to the prefix before it or to the path after it, a bracket to metadata.
     * The length bounds the work per character of a text.
     */
    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{Alnum}\\p{Cntrl}\\p{Space}\\[\\]]{1,16}");

    /** Brackets, quotes and the backslash have a meaning of their own. */
    private static final Pattern KEY_SEPARATORS = Pattern.compile("[\\p{Punct}&&[^\\[\\]\"'\\\\]]");

    private static final String END = "@?\"' \\n\\r\\t";

    /** A part of a path or a key: a query ends it with its slash, a quote with the backslashes before it. */
    private static final String PART = "(?:[^" + END + ":\\[/\\\\]|/(?!\\?)|\\\\++(?![\"']))";

    /** Where a reference begins, and the first character after its separator. */
    private record Start(String prefix, int start, int rest) {}

    private final Set<String> prefixes;
    private final String separator;
    private final Pattern rest;

    /**
     * @param prefixes of which stores there are references; anything else is plain text
     * @param separator stands between the prefix and the path
     * @param keySeparator stands between the path and the key, one ASCII character
     * @throws IllegalArgumentException if no text could be read like that; the message names what is wrong
     */
    Grammar(Set<String> prefixes, String separator, String keySeparator) {
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
        this.prefixes = Set.copyOf(prefixes);
        this.separator = separator;
        // Possessive: a part that was read is never read another way.
        String key = "(?:(?!/\\?)" + Pattern.quote(keySeparator) + ")";
        rest = Pattern.compile("(?<path>(?:(?!" + key + ")" + PART + ")*+)"
                + "(?:" + key + "(?<key>" + PART + "*+))?"
                + "(?:\\[(?<metadata>[^\\[\\]" + END + "]*+)(?<closed>\\])?(?<late>" + key + ")?)?");
    }

    private static void require(Pattern legal, String what, String text, String sentence) {
        if (!legal.matcher(text).matches()) {
            throw new IllegalArgumentException("the " + what + " '" + LogSafe.of(text) + "' " + sentence);
        }
    }

    static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }

    Set<String> prefixes() {
        return prefixes;
    }

    String separator() {
        return separator;
    }

    /**
     * The references in a text, in its order, up to the first NUL, where configmanager stops. One begins wherever a
     * prefix stands right before a separator, be it inside a word; of prefixes where one is the tail of another the
     * longest counts.
     *
     * @throws MalformedReference if one cannot be read, or there is too much of anything
     */
    List<Reference> references(String whole) {
        int nul = whole.indexOf('\0');
        String text = nul < 0 ? whole : whole.substring(0, nul);
        List<Start> starts = starts(text);
        List<Reference> references = new ArrayList<>();
        Set<String> distinct = new HashSet<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < starts.size() && faults.size() < MAX_FAULTS; i++) {
            int limit = i + 1 < starts.size() ? starts.get(i + 1).start() : text.length();
            try {
                Reference reference = read(text, starts.get(i), limit);
                distinct.add(text.substring(reference.start(), reference.end()));
                require(
                        distinct.size() <= MAX_REFERENCES,
                        "the text holds more than " + MAX_REFERENCES + " different references");
                references.add(reference);
            } catch (MalformedReference fault) {
                faults.add("at character " + (starts.get(i).start() + 1) + ", " + fault.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new MalformedReference(String.join("; ", faults));
        }
        return references;
    }

    private List<Start> starts(String text) {
        List<Start> starts = new ArrayList<>();
        for (int found = text.indexOf(separator); found >= 0; found = text.indexOf(separator, found + 1)) {
            int end = found;
            prefixes.stream()
                    .filter(prefix -> text.startsWith(prefix, end - prefix.length()))
                    .max(Comparator.comparingInt(String::length))
                    .ifPresent(
                            prefix -> starts.add(new Start(prefix, end - prefix.length(), end + separator.length())));
        }
        return starts;
    }

    private Reference read(String text, Start from, int limit) {
        require(
                text.length() <= MAX_TEXT_LENGTH,
                "a text with references is longer than " + MAX_TEXT_LENGTH + " characters");
        Matcher found = rest.matcher(text).region(from.rest(), limit);
        require(found.lookingAt(), "it cannot be read");
        String path = checked("path", found.group("path"), MAX_PATH_LENGTH);
        Optional<String> key =
                Optional.ofNullable(found.group("key")).map(some -> checked("key", some, MAX_KEY_LENGTH));
        Optional<String> metadata = Optional.ofNullable(found.group("metadata"));
        require(
                metadata.isEmpty() || found.group("closed") != null,
                "the metadata is not closed before a character that cannot stand in it");
        metadata.ifPresent(some -> checked("metadata", some, MAX_METADATA_LENGTH));
        require(found.group("late") == null, "the key stands after the metadata");
        // Half a surrogate pair would reach the store as a question mark, which is another path.
        require(
                StandardCharsets.UTF_8.newEncoder().canEncode(text.substring(from.start(), found.end())),
                "it is not well-formed Unicode");
        SecretLocator locator = new SecretLocator(from.prefix(), path, metadata.orElse(""));
        return new Reference(locator, key, from.start(), found.end());
    }

    private static String checked(String part, String text, int limit) {
        require(!text.isEmpty(), "the " + part + " is empty");
        require(text.length() <= limit, "the " + part + " is longer than " + limit + " characters");
        return text;
    }

    private static void require(boolean legal, String sentence) {
        if (!legal) {
            throw new MalformedReference(sentence);
        }
    }
}
