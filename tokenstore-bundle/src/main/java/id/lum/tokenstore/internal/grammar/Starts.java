package id.lum.tokenstore.internal.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds where references begin: wherever a prefix stands right before a separator, be it inside a word. */
final class Starts {
    private final Grammar grammar;
    private final List<String> longestFirst;

    Starts(Grammar grammar) {
        this.grammar = grammar;
        longestFirst = grammar.prefixes().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** All of them before the end, in order. */
    List<Start> in(CharSequence text, int end) {
        List<Start> starts = new ArrayList<>();
        boolean inWord = false;
        for (int i = 0; i < end; i++) {
            boolean wordGoesOn = isOfPrefix(text.charAt(i));
            if (inWord && !wordGoesOn && standsAt(i, grammar.separator(), text, end)) {
                startBefore(i, text).ifPresent(starts::add);
            }
            inWord = wordGoesOn;
        }
        return starts;
    }

    /** Of prefixes where one is the tail of another the longest is meant. */
    private Optional<Start> startBefore(int separator, CharSequence text) {
        return longestFirst.stream()
                .filter(prefix ->
                        separator >= prefix.length() && standsAt(separator - prefix.length(), prefix, text, separator))
                .findFirst()
                .map(prefix -> new Start(
                        prefix,
                        separator - prefix.length(),
                        separator + grammar.separator().length()));
    }

    private static boolean standsAt(int index, String wanted, CharSequence text, int end) {
        if (index + wanted.length() > end) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (text.charAt(index + i) != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfPrefix(char character) {
        return character >= 'A' && character <= 'Z' || character >= '0' && character <= '9';
    }
}
