package id.lum.tokenstore.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Picks what keys mean out of a secret, which must be JSON then, reading it once. A key means the member of the
 * outermost object with that very name, or else what the JSONPath expression {@code $..key} finds, where the key is
 * names with dots between them. What two parsers could understand differently is not JSON here: no member occurs twice
 * in an object, and nothing follows the document.
 */
final class KeyLookup {
    // Buffers kept per thread would stay with the host's threads when this bundle is gone. Numbers may be as long as
    // the secret, because they are never computed.
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final class Key {
        private final String whole;
        private final List<String> names;
        private String member;
        private String descendant;
        private int descendants;

        Key(String whole) {
            this.whole = whole;
            this.names = List.of(whole.split("\\.", -1));
        }

        /** The last name of each place that it may mean. */
        Set<String> lastNames() {
            return new HashSet<>(List.of(whole, names.get(names.size() - 1)));
        }

        boolean isMember(JsonStreamContext place) {
            return place.getNestingDepth() == 1 && isNamed(place, whole);
        }

        boolean isDescendant(JsonStreamContext place) {
            JsonStreamContext level = place;
            for (int i = names.size() - 1; i >= 0; i--) {
                if (level == null || !isNamed(level, names.get(i))) {
                    return false;
                }
                level = level.getParent();
            }
            return true;
        }

        /** An element of an array has no name. */
        private static boolean isNamed(JsonStreamContext place, String name) {
            return place.inObject() && name.equals(place.getCurrentName());
        }

        StoreAnswer answer() {
            if (member == null && descendants > 1) {
                return new StoreAnswer.Failed("the value has the key in several places");
            }
            String text = member == null ? descendant : member;
            if (text == null) {
                return new StoreAnswer.Failed("the value has no such key");
            }
            return text.isEmpty() ? new StoreAnswer.Failed("the value is empty") : new StoreAnswer.Value(text);
        }
    }

    private KeyLookup() {}

    /** For each key its text: a text without its quotes, anything else as it is written. */
    static Map<String, StoreAnswer> find(String secret, Collection<String> keys) {
        List<Key> wanted = keys.stream().distinct().map(Key::new).toList();
        Map<String, Set<Key>> byName = new HashMap<>();
        wanted.forEach(key -> key.lastNames()
                .forEach(name ->
                        byName.computeIfAbsent(name, first -> new HashSet<>()).add(key)));
        boolean legal;
        // Its message may quote the secret.
        try (JsonParser parser = JSON.createParser(secret)) {
            legal = read(parser, secret, byName) == 1;
        } catch (IOException notJson) {
            legal = false;
        }
        StoreAnswer malformed = new StoreAnswer.Failed(
                "the value is not one JSON document, or has a member twice, or is nested too deeply");
        boolean found = legal;
        return wanted.stream().collect(Collectors.toMap(key -> key.whole, key -> found ? key.answer() : malformed));
    }

    /** Returns how many documents there are. */
    private static int read(JsonParser parser, String secret, Map<String, Set<Key>> byName) throws IOException {
        Deque<Integer> open = new ArrayDeque<>();
        int documents = 0;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token.isStructStart()) {
                open.push((int) parser.currentTokenLocation().getCharOffset());
            } else if (token != JsonToken.FIELD_NAME) {
                int start = token.isStructEnd() ? open.pop() : -1;
                documents += open.isEmpty() ? 1 : 0;
                JsonStreamContext place = parser.getParsingContext();
                for (Key key : byName.getOrDefault(String.valueOf(place.getCurrentName()), Set.of())) {
                    if (key.isMember(place)) {
                        key.member = text(parser, secret, start);
                    } else if (key.isDescendant(place) && key.descendants++ == 0) {
                        key.descendant = text(parser, secret, start);
                    }
                }
            }
        }
        return documents;
    }

    private static String text(JsonParser parser, String secret, int start) throws IOException {
        return start < 0
                ? parser.getText()
                : secret.substring(start, (int) parser.currentLocation().getCharOffset());
    }
}
