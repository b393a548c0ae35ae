package id.lum.support.plugin;

import id.lum.support.json.JsonReader;
import id.lum.support.json.MalformedJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a plugin answered of late, to be left out of what it prints: each value, each of its lines, each text in it if
 * it is JSON; and each of these in Base64, in a URL and in JSON. Not safe for several threads.
 */
final class RecentSecrets {
    private static final String INSTEAD = "<secret>";

    /** Shorter ones occur anywhere: without them nothing would be left of a line. In characters. */
    private static final int MIN_LENGTH = 4;

    /** A value that is asked for again and again counts once. */
    private static final int MAX_SECRETS = 256;

    /** Of longer ones the beginning is looked for. In characters. */
    private static final int MAX_LENGTH = 4096;

    // In the order of their arrival.
    private final Set<String> secrets = new LinkedHashSet<>();

    void add(String value) {
        forms(value)
                .map(form -> form.length() > MAX_LENGTH ? form.substring(0, MAX_LENGTH) : form)
                .filter(form -> form.length() >= MIN_LENGTH)
                .forEach(this::remember);
    }

    private void remember(String secret) {
        secrets.remove(secret);
        secrets.add(secret);
        Iterator<String> oldest = secrets.iterator();
        while (secrets.size() > MAX_SECRETS) {
            oldest.next();
            oldest.remove();
        }
    }

    private static Stream<String> forms(String value) {
        Stream<String> texts = Stream.concat(value.lines().map(String::strip), texts(members(value)));
        return Stream.concat(texts, Stream.of(value)).distinct().flatMap(RecentSecrets::encodings);
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
        String rest = text;
        for (String secret : secrets.stream()
                .sorted((one, other) -> other.length() - one.length())
                .toList()) {
            rest = rest.replace(secret, INSTEAD);
        }
        return rest;
    }
}
