package id.lum.tokenstore.internal;

import id.lum.tokenstore.internal.MalformedReference.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads one text. The work is linear in its length: no character is looked at more than a few times. */
final class Lexer {
    private static final int MAX_FAULTS = 32;

    /** Where a reference begins: its prefix, and the first character after the separator. */
    private record Start(String prefix, int start, int body) {}

    private final Grammar grammar;
    private final CharSequence text;
    private final char keySeparator;
    private final List<Reference> references = new ArrayList<>();
    private final Set<String> distinctTexts = new HashSet<>();
    private final List<Fault> faults = new ArrayList<>();
    private int line = 1;
    private int lineStart;
    private int counted;

    Lexer(Grammar grammar, CharSequence text) {
        this.grammar = grammar;
        this.text = text;
        this.keySeparator = grammar.keySeparator().charAt(0);
    }

    List<Reference> references() {
        int end = 0;
        // configmanager stops at a NUL.
        while (end < text.length() && text.charAt(end) != 0) {
            end++;
        }
        List<Start> starts = starts(end);
        if (!starts.isEmpty() && text.length() > Grammar.MAX_TEXT_LENGTH) {
            Start first = starts.get(0);
            refuse(
                    first,
                    first.body(),
                    "a text with references is longer than " + Grammar.MAX_TEXT_LENGTH + " characters");
        } else {
            for (int i = 0; i < starts.size() && faults.size() < MAX_FAULTS; i++) {
                read(starts.get(i), i + 1 < starts.size() ? starts.get(i + 1).start() : end);
            }
        }
        if (!faults.isEmpty()) {
            throw new MalformedReference(faults);
        }
        return List.copyOf(references);
    }

    /** A reference begins wherever a prefix stands right before a separator, be it inside a word. */
    private List<Start> starts(int end) {
        // Of prefixes where one is the tail of another the longest counts.
        List<String> longestFirst = grammar.prefixes().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        List<Start> starts = new ArrayList<>();
        boolean inWord = false;
        for (int i = 0; i < end; i++) {
            int separator = i;
            char character = text.charAt(i);
            boolean wordGoesOn = character >= 'A' && character <= 'Z' || character >= '0' && character <= '9';
            if (inWord && !wordGoesOn && stands(grammar.separator(), separator, end)) {
                longestFirst.stream()
                        .filter(prefix -> stands(prefix, separator - prefix.length(), separator))
                        .findFirst()
                        .ifPresent(prefix -> starts.add(new Start(
                                prefix,
                                separator - prefix.length(),
                                separator + grammar.separator().length())));
            }
            inWord = wordGoesOn;
        }
        return starts;
    }

    private void read(Start start, int limit) {
        int pathEnd = endOf(start.body(), limit, true);
        boolean keyed = isKeySeparator(pathEnd, limit);
        int keyStart = keyed ? pathEnd + 1 : pathEnd;
        int keyEnd = keyed ? endOf(keyStart, limit, false) : pathEnd;
        boolean bracketed = stands('[', keyEnd, limit);
        int metadataStart = bracketed ? keyEnd + 1 : keyEnd;
        int metadataEnd = metadataStart;
        while (bracketed && metadataEnd < limit && mayStandInMetadata(text.charAt(metadataEnd))) {
            metadataEnd++;
        }
        boolean closed = bracketed && stands(']', metadataEnd, limit);
        int end = closed ? metadataEnd + 1 : keyEnd;
        String fault = first(
                fault("path", true, pathEnd - start.body(), Grammar.MAX_PATH_LENGTH),
                fault("key", keyed, keyEnd - keyStart, Grammar.MAX_KEY_LENGTH),
                bracketed && !closed ? "the metadata is not closed before a character that cannot stand in it" : "",
                fault("metadata", bracketed, metadataEnd - metadataStart, Grammar.MAX_METADATA_LENGTH),
                closed && isKeySeparator(end, limit) ? "the key stands after the metadata" : "");
        if (!fault.isEmpty()) {
            refuse(start, keyEnd, fault);
            return;
        }
        String referenceText = slice(start.start(), end);
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(referenceText)) {
            // Half a surrogate pair would reach the store as a question mark, which is another path.
            refuse(start, keyEnd, "it is not well-formed Unicode");
        } else if (distinctTexts.size() >= Grammar.MAX_REFERENCES && !distinctTexts.contains(referenceText)) {
            refuse(start, keyEnd, "the text holds more than " + Grammar.MAX_REFERENCES + " different references");
        } else {
            distinctTexts.add(referenceText);
            SecretLocator locator =
                    new SecretLocator(start.prefix(), slice(start.body(), pathEnd), slice(metadataStart, metadataEnd));
            Optional<String> key = keyed ? Optional.of(slice(keyStart, keyEnd)) : Optional.empty();
            references.add(new Reference(locator, key, start.start(), end));
        }
    }

    private static String first(String... faults) {
        return Stream.of(faults).filter(fault -> !fault.isEmpty()).findFirst().orElse("");
    }

    private static String fault(String part, boolean there, int length, int limit) {
        if (there && length == 0) {
            return "the " + part + " is empty";
        }
        return length > limit ? "the " + part + " is longer than " + limit + " characters" : "";
    }

    /** Where a path or a key ends. */
    private int endOf(int from, int limit, boolean path) {
        int i = from;
        while (i < limit) {
            char character = text.charAt(i);
            if (character == '[' || path && isKeySeparator(i, limit)) {
                return i;
            }
            if (character == '\\') {
                int behind = i;
                while (stands('\\', behind, limit)) {
                    behind++;
                }
                if (stands('"', behind, limit) || stands('\'', behind, limit)) {
                    return i;
                }
                i = behind;
            } else if (isEnd(character) || isSlashOfQuery(i, limit)) {
                return i;
            } else {
                i++;
            }
        }
        return i;
    }

    private static boolean mayStandInMetadata(char character) {
        return character == ':' || character != '[' && character != ']' && !isEnd(character);
    }

    private static boolean isEnd(char character) {
        return "@?:\"' \n\r\t".indexOf(character) >= 0;
    }

    /** A slash may be one, but not that before a query. */
    private boolean isKeySeparator(int index, int limit) {
        return stands(keySeparator, index, limit) && !isSlashOfQuery(index, limit);
    }

    private boolean isSlashOfQuery(int index, int limit) {
        return text.charAt(index) == '/' && stands('?', index + 1, limit);
    }

    private boolean stands(char wanted, int index, int limit) {
        return index < limit && text.charAt(index) == wanted;
    }

    private boolean stands(String wanted, int index, int limit) {
        if (index < 0 || index + wanted.length() > limit) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (text.charAt(index + i) != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String slice(int from, int to) {
        return text.subSequence(from, to).toString();
    }

    /** @param shown the end of what may be quoted */
    private void refuse(Start start, int shown, String sentence) {
        for (; counted < start.start(); counted++) {
            if (text.charAt(counted) == '\n') {
                line++;
                lineStart = counted + 1;
            }
        }
        String token = Grammar.excerpt(text.subSequence(start.start(), shown));
        faults.add(new Fault(token, line, start.start() - lineStart + 1, sentence));
    }
}
