package id.lum.tokenstore.internal.resolution;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Picks what a key means out of a value, which must be JSON then. What two parsers could understand differently is not
 * JSON here: no member occurs twice in an object, and nothing follows the document.
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
    private final KeyPath path;
    private final Deque<Integer> open = new ArrayDeque<>();
    private Optional<String> member = Optional.empty();
    private Optional<String> descendant = Optional.empty();
    private int descendants;

    private KeyLookup(String value, String key) {
        this.value = value;
        path = new KeyPath(key);
    }

    /**
     * What a key means.
     *
     * @param value a store's answer
     * @param key a name, or names with dots between them
     * @return a text without its quotes; anything else as it is written in the value
     * @throws NoSuchKey if the value is not JSON, or the key means nothing in it, or several things
     */
    static String find(String value, String key) throws NoSuchKey {
        return new KeyLookup(value, key).find();
    }

    private String find() throws NoSuchKey {
        try (JsonParser parser = JSON.createParser(value)) {
            read(parser);
        } catch (IOException malformed) {
            throw new NoSuchKey("the value is not JSON, or has a member twice, or is nested too deeply");
        }
        if (member.isEmpty() && descendants > 1) {
            throw new NoSuchKey("the value has the key in several places");
        }
        return member.or(() -> descendant).orElseThrow(() -> new NoSuchKey("the value has no such key"));
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
        if (path.isMember(parser.getParsingContext())) {
            member = Optional.of(text(parser, start));
        }
        // However often it is found, the text of one is all that is needed.
        if (path.endsAt(parser.getParsingContext()) && descendants++ == 0) {
            descendant = Optional.of(text(parser, start));
        }
    }

    private String text(JsonParser parser, int start) throws IOException {
        return parser.currentToken().isStructEnd()
                ? value.substring(start, (int) parser.currentLocation().getCharOffset())
                : parser.getText();
    }
}
