package id.lum.tokenstore.internal.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one text. The work is linear in its length: no character is looked at more than a few times. */
final class Lexer {
    private final Grammar grammar;
    private final CharSequence text;
    private final char keySeparator;
    private final Faults faults;
    private final List<Reference> references = new ArrayList<>();
    private final Set<String> spellings = new HashSet<>();

    Lexer(Grammar grammar, CharSequence text) {
        this.grammar = grammar;
        this.text = text;
        keySeparator = grammar.keySeparator().charAt(0);
        faults = new Faults(text);
    }

    List<Reference> references() {
        int end = endOfText();
        List<Start> starts = new Starts(grammar).in(text, end);
        if (!starts.isEmpty() && text.length() > Grammar.TEXT_LIMIT) {
            refuse(
                    starts.get(0),
                    starts.get(0).body(),
                    "a text with references is longer than " + Grammar.TEXT_LIMIT + " characters");
            faults.throwIfAny();
        }
        for (int i = 0; i < starts.size() && !faults.isFull(); i++) {
            read(starts.get(i), i + 1 < starts.size() ? starts.get(i + 1).start() : end);
        }
        faults.throwIfAny();
        return List.copyOf(references);
    }

    /** The tools that wrote such texts first stop at a NUL. */
    private int endOfText() {
        int end = 0;
        while (end < text.length() && text.charAt(end) != 0) {
            end++;
        }
        return end;
    }

    private void read(Start start, int end) {
        Spans spans = spans(start, end);
        Optional<String> fault = spans.fault();
        if (fault.isPresent()) {
            refuse(start, spans.keyEnd(), fault.get());
        } else {
            accept(spans);
        }
    }

    private Spans spans(Start start, int end) {
        int pathEnd = endOf(start.body(), end, true);
        boolean keyed = isKeySeparator(pathEnd, end);
        int keyEnd = keyed ? endOf(pathEnd + 1, end, false) : pathEnd;
        boolean bracketed = stands('[', keyEnd, end);
        int metadataEnd = bracketed ? endOfMetadata(keyEnd + 1, end) : keyEnd;
        boolean closed = bracketed && stands(']', metadataEnd, end);
        boolean continued = closed && isKeySeparator(metadataEnd + 1, end);
        return new Spans(start, pathEnd, keyed, keyEnd, bracketed, metadataEnd, closed, continued);
    }

    private void accept(Spans spans) {
        Start start = spans.start();
        String spelling = slice(start.start(), spans.end());
        // Half a surrogate pair would reach the store as a question mark, which is another path.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(spelling)) {
            refuse(start, spans.keyEnd(), "it is not well-formed Unicode");
        } else if (spellings.size() >= Grammar.REFERENCE_LIMIT && !spellings.contains(spelling)) {
            refuse(
                    start,
                    spans.keyEnd(),
                    "the text holds more than " + Grammar.REFERENCE_LIMIT + " different references");
        } else {
            spellings.add(spelling);
            references.add(reference(spans));
        }
    }

    private Reference reference(Spans spans) {
        Start start = spans.start();
        String path = slice(start.body(), spans.pathEnd());
        String metadata = slice(spans.metadataStart(), spans.metadataEnd());
        Optional<String> key = spans.keyed() ? Optional.of(slice(spans.keyStart(), spans.keyEnd())) : Optional.empty();
        return new Reference(new Address(start.prefix(), path, metadata), key, start.start(), spans.end());
    }

    /** Where a path or a key ends. */
    private int endOf(int from, int end, boolean path) {
        int i = from;
        while (i < end) {
            char character = text.charAt(i);
            if (character == '[' || path && isKeySeparator(i, end)) {
                return i;
            }
            if (character == '\\') {
                int behind = behindBackslashes(i, end);
                if (behind < end && isQuote(text.charAt(behind))) {
                    return i;
                }
                i = behind;
            } else if (isEnd(character) || isSlashOfQuery(i, end)) {
                return i;
            } else {
                i++;
            }
        }
        return i;
    }

    /** The bracket that closes the metadata, or whatever comes first and cannot stand in it. */
    private int endOfMetadata(int from, int end) {
        int i = from;
        while (i < end && mayStandInMetadata(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean mayStandInMetadata(char character) {
        return character == ':' || character != '[' && character != ']' && !isEnd(character);
    }

    private static boolean isEnd(char character) {
        return switch (character) {
            case '@', '?', ':', '"', '\'', ' ', '\n', '\r', '\t' -> true;
            default -> false;
        };
    }

    private static boolean isQuote(char character) {
        return character == '"' || character == '\'';
    }

    /** A slash may be one, but not that before a query. */
    private boolean isKeySeparator(int index, int end) {
        return stands(keySeparator, index, end) && !isSlashOfQuery(index, end);
    }

    private boolean isSlashOfQuery(int index, int end) {
        return text.charAt(index) == '/' && stands('?', index + 1, end);
    }

    private int behindBackslashes(int from, int end) {
        int i = from;
        while (stands('\\', i, end)) {
            i++;
        }
        return i;
    }

    private boolean stands(char wanted, int index, int end) {
        return index < end && text.charAt(index) == wanted;
    }

    private String slice(int from, int to) {
        return text.subSequence(from, to).toString();
    }

    private void refuse(Start start, int shown, String sentence) {
        faults.add(start.start(), shown, sentence);
    }
}
