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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a key means in a secret, which must be JSON then: the member of the outermost object with that very name, or
 * else what the JSONPath expression {@code $..key} finds, where the key is names with dots between them. What two
 * parsers could understand differently is not JSON here: no member occurs twice in an object, and nothing follows the
 * document.
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

    private final String key;
    private final String[] names;
    private String member;
    private String descendant;
    private int descendants;

    private KeyLookup(String key) {
        this.key = key;
        this.names = key.split("\\.", -1);
    }

    /** For each key its text: a text without its quotes, anything else as it is written. Reads the secret once. */
    static Map<String, StoreAnswer> find(String secret, Collection<String> keys) {
        List<KeyLookup> lookups = keys.stream().distinct().map(KeyLookup::new).toList();
        boolean legal = isDocument(secret, lookups);
        return lookups.stream()
                .collect(Collectors.toMap(
                        lookup -> lookup.key,
                        lookup -> legal
                                ? lookup.answer()
                                : new StoreAnswer.Failed("the value is not one JSON document, or has a member twice,"
                                        + " or is nested too deeply")));
    }

    private static boolean isDocument(String secret, List<KeyLookup> lookups) {
        Deque<Integer> open = new ArrayDeque<>();
        int documents = 0;
        try (JsonParser parser = JSON.createParser(secret)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    open.push((int) parser.currentTokenLocation().getCharOffset());
                } else if (token != JsonToken.FIELD_NAME) {
                    int start = token.isStructEnd() ? open.pop() : -1;
                    documents += open.isEmpty() ? 1 : 0;
                    for (KeyLookup lookup : lookups) {
                        lookup.visit(parser, secret, start);
                    }
                }
            }
        } catch (IOException notJson) {
            // Its message may quote the secret.
            return false;
        }
        return documents == 1;
    }

    /** @param start where the value begins that ends here; negative if it is neither object nor array */
    private void visit(JsonParser parser, String secret, int start) throws IOException {
        JsonStreamContext place = parser.getParsingContext();
        boolean isMember = place.getNestingDepth() == 1 && isNamed(place, key);
        if (isMember || isDescendant(place) && descendants++ == 0) {
            String text = start < 0
                    ? parser.getText()
                    : secret.substring(start, (int) parser.currentLocation().getCharOffset());
            if (isMember) {
                member = text;
            } else {
                descendant = text;
            }
        }
    }

    private boolean isDescendant(JsonStreamContext place) {
        JsonStreamContext level = place;
        for (int i = names.length - 1; i >= 0; i--) {
            if (level == null || !isNamed(level, names[i])) {
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

    private StoreAnswer answer() {
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
