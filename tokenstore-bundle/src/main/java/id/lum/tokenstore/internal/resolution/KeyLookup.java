package id.lum.tokenstore.internal.resolution;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Picks what keys mean out of a value, which must be JSON then, reading it once. What two parsers could understand
 * differently is not JSON here: no member occurs twice in an object, and nothing follows the document.
 */
final class KeyLookup {
    /** No secret is nested more than a little. */
    private static final int DEPTH = 64;

    // Buffers kept per thread would hang on the host's threads after this bundle is gone. Numbers may be as long as the
    // value, because they are never computed.
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final String value;
    private final Map<String, KeyPath> paths = new HashMap<>();
    /** By the name of the member that one may mean. */
    private final Map<String, List<KeyPath>> byName = new HashMap<>();

    private final Deque<Integer> open = new ArrayDeque<>();
    private final Optional<NoSuchKey> malformed;

    private KeyLookup(String value, Set<String> keys) {
        this.value = value;
        for (String key : keys) {
            KeyPath path = new KeyPath(key);
            paths.put(key, path);
            Stream.of(key, path.lastName())
                    .distinct()
                    .forEach(name -> byName.computeIfAbsent(name, first -> new ArrayList<>())
                            .add(path));
        }
        malformed = read();
    }

    /**
     * Reads a value.
     *
     * @param value a store's answer
     * @param keys what will be asked for: names, or names with dots between them
     * @return what is found
     */
    static KeyLookup in(String value, Set<String> keys) {
        return new KeyLookup(value, keys);
    }

    /**
     * What a key means.
     *
     * @param key one of those that were looked for
     * @return a text without its quotes; anything else as it is written in the value
     * @throws NoSuchKey if the value is not JSON, or the key means nothing in it, or several things
     */
    String text(String key) throws NoSuchKey {
        if (malformed.isPresent()) {
            throw malformed.get();
        }
        return paths.get(key).text();
    }

    private Optional<NoSuchKey> read() {
        try (JsonParser parser = JSON.createParser(value)) {
            read(parser);
            return Optional.empty();
        } catch (IOException notJson) {
            return Optional.of(new NoSuchKey("the value is not JSON, or has a member twice, or is nested too deeply"));
        } catch (NoSuchKey notOneDocument) {
            return Optional.of(notOneDocument);
        }
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
                int start = token.isStructEnd() ? open.pop() : -1;
                match(parser, start);
                if (open.isEmpty()) {
                    break;
                }
            }
        } while (parser.nextToken() != null);
        if (parser.nextToken() != null) {
            throw new NoSuchKey("something follows the JSON of the value");
        }
    }

    /** A value has been read to its end. */
    private void match(JsonParser parser, int start) throws IOException {
        JsonStreamContext place = parser.getParsingContext();
        // An element of an array has no name.
        Optional<List<KeyPath>> candidates =
                Optional.ofNullable(place.getCurrentName()).map(byName::get);
        if (candidates.isPresent()) {
            for (KeyPath path : candidates.get()) {
                path.meet(place, () -> text(parser, start));
            }
        }
    }

    private String text(JsonParser parser, int start) throws IOException {
        return parser.currentToken().isStructEnd()
                ? value.substring(start, (int) parser.currentLocation().getCharOffset())
                : parser.getText();
    }
}
