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
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Picks what keys mean out of a secret, which must be JSON then, reading it once. A key means the member of the
 * outermost object with that very name, or else what the JSONPath expression {@code $..key} finds, where the key is
 * names with dots between them. What two parsers could understand differently is not JSON here: no member occurs twice
 * in an object, and nothing follows the document.
 */
final class KeyLookup {
    private static final int MAX_DEPTH = 64;

    // Buffers kept per thread would stay with the host's threads when this bundle is gone. Numbers may be as long as
    // the secret, because they are never computed.
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** A key has no text. The message says why, and quotes nothing; no cause, because the library's may quote. */
    static final class NoSuchKey extends Exception {
        private static final long serialVersionUID = 1L;

        NoSuchKey(String message) {
            super(message);
        }
    }

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

        String lastName() {
            return names.get(names.size() - 1);
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
    }

    private final String secret;
    private final Map<String, Key> keys = new HashMap<>();
    /** By the name of the member that one may mean. */
    private final Map<String, List<Key>> byName = new HashMap<>();

    private final Deque<Integer> open = new ArrayDeque<>();
    private NoSuchKey malformed;

    private KeyLookup(String secret) {
        this.secret = secret;
    }

    /** @param wanted the keys that will be asked for */
    static KeyLookup in(String secret, Set<String> wanted) {
        KeyLookup lookup = new KeyLookup(secret);
        for (String one : wanted) {
            Key key = new Key(one);
            lookup.keys.put(one, key);
            for (String name : new HashSet<>(List.of(one, key.lastName()))) {
                lookup.byName.computeIfAbsent(name, first -> new ArrayList<>()).add(key);
            }
        }
        try (JsonParser parser = JSON.createParser(secret)) {
            lookup.read(parser);
        } catch (IOException notJson) {
            lookup.malformed = new NoSuchKey("the value is not JSON, or has a member twice, or is nested too deeply");
        } catch (NoSuchKey notOneDocument) {
            lookup.malformed = notOneDocument;
        }
        return lookup;
    }

    /** A text without its quotes; anything else as it is written. */
    String text(String key) throws NoSuchKey {
        if (malformed != null) {
            throw malformed;
        }
        Key found = keys.get(key);
        if (found.member == null && found.descendants > 1) {
            throw new NoSuchKey("the value has the key in several places");
        }
        String text = found.member == null ? found.descendant : found.member;
        if (text == null) {
            throw new NoSuchKey("the value has no such key");
        }
        return text;
    }

    private void read(JsonParser parser) throws IOException, NoSuchKey {
        if (parser.nextToken() == null) {
            throw new NoSuchKey("the value is not JSON but empty");
        }
        do {
            JsonToken token = parser.currentToken();
            if (token.isStructStart()) {
                open.push((int) parser.currentTokenLocation().getCharOffset());
            } else if (token != JsonToken.FIELD_NAME) {
                match(parser, token.isStructEnd() ? open.pop() : -1);
                if (open.isEmpty()) {
                    break;
                }
            }
        } while (parser.nextToken() != null);
        if (parser.nextToken() != null) {
            throw new NoSuchKey("something follows the JSON of the value");
        }
    }

    /** A value was read to its end; the text of one that a key does not mean is never made. */
    private void match(JsonParser parser, int start) throws IOException {
        JsonStreamContext place = parser.getParsingContext();
        for (Key key : byName.getOrDefault(String.valueOf(place.getCurrentName()), List.of())) {
            if (key.isMember(place)) {
                key.member = text(parser, start);
            }
            if (key.isDescendant(place) && key.descendants++ == 0) {
                key.descendant = text(parser, start);
            }
        }
    }

    private String text(JsonParser parser, int start) throws IOException {
        return parser.currentToken().isStructEnd()
                ? secret.substring(start, (int) parser.currentLocation().getCharOffset())
                : parser.getText();
    }
}
