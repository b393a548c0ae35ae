package id.lum.tokenstore.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the references in one text, up to the first NUL, where configmanager stops. Whatever the text, the work is
 * linear in its length.
 */
final class ReferenceScanner {
    // In characters
    static final int MAX_TEXT_LENGTH = 1 << 20;
    static final int MAX_PATH_LENGTH = 2048;
    static final int MAX_KEY_LENGTH = 1024;
    static final int MAX_METADATA_LENGTH = 1024;

    /** Different references in a text. */
    static final int MAX_REFERENCES = 256;

    private static final int MAX_FAULTS = 32;

    /** Where a reference begins, and the first character after its separator. */
    private record Start(String prefix, int start, int body) {}

    private final Grammar grammar;
    private final String text;
    private final Set<String> distinct = new HashSet<>();
    private int at;
    private int limit;

    ReferenceScanner(Grammar grammar, String text) {
        int nul = text.indexOf('\0');
        this.grammar = grammar;
        this.text = nul < 0 ? text : text.substring(0, nul);
    }

    List<Reference> references() {
        List<Start> starts = starts();
        List<Reference> references = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < starts.size() && faults.size() < MAX_FAULTS; i++) {
            limit = i + 1 < starts.size() ? starts.get(i + 1).start() : text.length();
            try {
                references.add(read(starts.get(i)));
            } catch (MalformedReference fault) {
                faults.add("at character " + (starts.get(i).start() + 1) + ", " + fault.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new MalformedReference(String.join("; ", faults));
        }
        return references;
    }

    /** A reference begins wherever a prefix stands right before a separator, be it inside a word. */
    private List<Start> starts() {
        List<Start> starts = new ArrayList<>();
        String separator = grammar.separator();
        for (int found = text.indexOf(separator); found >= 0; found = text.indexOf(separator, found + 1)) {
            int end = found;
            // Of prefixes where one is the tail of another the longest counts.
            grammar.prefixes().stream()
                    .filter(prefix -> text.startsWith(prefix, end - prefix.length()))
                    .max(Comparator.comparingInt(String::length))
                    .ifPresent(
                            prefix -> starts.add(new Start(prefix, end - prefix.length(), end + separator.length())));
        }
        return starts;
    }

    private Reference read(Start start) {
        require(
                text.length() <= MAX_TEXT_LENGTH,
                "a text with references is longer than " + MAX_TEXT_LENGTH + " characters");
        at = start.body();
        String path = checked("path", take(true), MAX_PATH_LENGTH);
        Optional<String> key = Optional.empty();
        if (isKeySeparator()) {
            at++;
            key = Optional.of(checked("key", take(false), MAX_KEY_LENGTH));
        }
        String metadata = "";
        if (isAt('[')) {
            at++;
            String inside = takeMetadata();
            require(isAt(']'), "the metadata is not closed before a character that cannot stand in it");
            at++;
            metadata = checked("metadata", inside, MAX_METADATA_LENGTH);
            require(!isKeySeparator(), "the key stands after the metadata");
        }
        String reference = text.substring(start.start(), at);
        // Half a surrogate pair would reach the store as a question mark, which is another path.
        require(StandardCharsets.UTF_8.newEncoder().canEncode(reference), "it is not well-formed Unicode");
        distinct.add(reference);
        require(
                distinct.size() <= MAX_REFERENCES,
                "the text holds more than " + MAX_REFERENCES + " different references");
        return new Reference(new SecretLocator(start.prefix(), path, metadata), key, start.start(), at);
    }

    /** A path or a key, without the backslashes that belong to a quote after it. */
    private String take(boolean path) {
        int from = at;
        while (at < limit && !isAt('[') && !isEnd() && !isSlashOfQuery() && !(path && isKeySeparator())) {
            at++;
        }
        if (isAt('"') || isAt('\'')) {
            while (at > from && text.charAt(at - 1) == '\\') {
                at--;
            }
        }
        return text.substring(from, at);
    }

    private String takeMetadata() {
        int from = at;
        while (at < limit && !isAt('[') && !isAt(']') && (isAt(':') || !isEnd())) {
            at++;
        }
        return text.substring(from, at);
    }

    private boolean isEnd() {
        return "@?:\"' \n\r\t".indexOf(text.charAt(at)) >= 0;
    }

    /** A slash may be one, but not that before a query. */
    private boolean isKeySeparator() {
        return isAt(grammar.keySeparator().charAt(0)) && !isSlashOfQuery();
    }

    private boolean isSlashOfQuery() {
        return isAt('/') && at + 1 < limit && text.charAt(at + 1) == '?';
    }

    private boolean isAt(char character) {
        return at < limit && text.charAt(at) == character;
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
