package id.lum.support.plugin;

import id.lum.support.json.JsonReader;
import id.lum.support.json.MalformedJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a plugin answered of late, to be left out of what it prints: each value, each of its lines, each text in it if
 * it is JSON; and each of these in Base64, in a URL and in JSON. Not safe for several threads.
 */
final class RecentSecrets {
    private static final String INSTEAD = "<secret>";

    /** Shorter ones occur anywhere: without them nothing would be left of a line. In characters. */
    private static final int MIN_LENGTH = 4;

    /** How many values are remembered, and how many characters they may have together. The last one is in any case. */
    private static final int MAX_VALUES = 256;

    private static final int MAX_CHARACTERS = 1 << 21;

    /** Of a value with more lines or members the first are looked for. */
    private static final int MAX_FORMS = 4096;

    /** Of longer ones the beginning is looked for. In characters. */
    private static final int MAX_LENGTH = 4096;

    /** By value, the latest last, its forms; empty until they are needed: most lines are never logged. */
    private final Map<String, Set<String>> forms = new LinkedHashMap<>();

    private long characters;

    void add(String value) {
        if (value.length() < MIN_LENGTH) {
            return;
        }
        characters += forms.containsKey(value) ? 0 : value.length();
        // A value that is asked for again and again counts once.
        Set<String> known = forms.remove(value);
        forms.put(value, known == null ? Set.of() : known);
        Iterator<String> oldest = forms.keySet().iterator();
        while (forms.size() > MAX_VALUES || characters > MAX_CHARACTERS && forms.size() > 1) {
            characters -= oldest.next().length();
            oldest.remove();
        }
    }

    /**
     * Remembers what a reference says about how to read a value: its words and, of words like {@code password=4711},
     * what is behind the sign.
     */
    void addMetadata(String metadata) {
        add(metadata);
        for (String word : metadata.split(",")) {
            add(word.substring(word.indexOf('=') + 1).strip());
        }
    }

    private static Stream<String> forms(String value) {
        Stream<String> texts = Stream.concat(value.lines().map(String::strip), texts(members(value)));
        return Stream.concat(Stream.of(value), texts)
                .distinct()
                .limit(MAX_FORMS)
                .flatMap(RecentSecrets::encodings);
    }

    private static Object members(String value) {
        try {
            return value.startsWith("{") ? new JsonReader().object(value.getBytes(StandardCharsets.UTF_8)) : Map.of();
        } catch (MalformedJson otherText) {
            return Map.of();
        }
    }

    private static Stream<String> texts(Object json) {
        if (json instanceof Map<?, ?> members) {
            return members.values().stream().flatMap(RecentSecrets::texts);
        }
        if (json instanceof Collection<?> elements) {
            return elements.stream().flatMap(RecentSecrets::texts);
        }
        return json instanceof String text ? Stream.of(text) : Stream.empty();
    }

    private static Stream<String> encodings(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                text,
                text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"),
                URLEncoder.encode(text, StandardCharsets.UTF_8),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The text without them: the longest one that fits is replaced. */
    String removedFrom(String text) {
        forms.replaceAll((value, known) -> known.isEmpty() ? lookedFor(value) : known);
        String rest = text;
        for (String form : forms.values().stream()
                .flatMap(Set::stream)
                .sorted((one, other) -> other.length() - one.length())
                .toList()) {
            rest = rest.replace(form, INSTEAD);
        }
        return rest;
    }

    private static Set<String> lookedFor(String value) {
        return forms(value)
                .map(form -> form.length() > MAX_LENGTH ? form.substring(0, MAX_LENGTH) : form)
                .filter(form -> form.length() >= MIN_LENGTH)
                .collect(Collectors.toUnmodifiableSet());
    }
}
