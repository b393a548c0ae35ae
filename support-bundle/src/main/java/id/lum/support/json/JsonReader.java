package id.lum.support.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a JSON object strictly: what two parsers could understand differently is malformed. The document is plain UTF-8
 * without a byte order mark, no member occurs twice at any depth, it is nested 32 levels deep at most, and nothing
 * follows. Its length is the caller's to bound. Thread-safe.
 *
 * <p>The library's own tree is not used because it computes each number while it reads (tried with Jackson 2.22.4,
 * exact decimals): {@code 1e2} and {@code -0.0} are no longer what was written, an exponent of 20 digits fails the
 * whole document, and a number of 64 KiB costs a second where the length of numbers is not bounded.
 */
public final class JsonReader {
    /** No answer that we read is nested more than a little. */
    private static final int DEPTH = 32;

    // Buffers kept per thread would hang on the host's threads after this bundle is gone. Numbers and names may be as
    // long as the document, because they are never computed or kept.
    private final JsonFactory json = JsonFactory.builder()
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

    /**
     * Reads an object.
     *
     * @param document the document
     * @return its members, in order: text as {@link String}, {@link Boolean}, {@link JsonNumber}, {@link JsonNull}, a
     *     {@link List} or a {@link Map} of these
     * @throws MalformedJson if it is no such document
     */
    public Map<String, Object> object(byte[] document) throws MalformedJson {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
            if (text.startsWith("\uFEFF")) {
                throw new MalformedJson("the answer begins with a byte order mark");
            }
            return parse(text);
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedJson("the answer is not plain UTF-8");
        } catch (IOException malformed) {
            throw new MalformedJson("the answer is not JSON, or has a member twice, or is nested too deeply");
        }
    }

    /**
     * A value as text, if it is one. Half a surrogate pair, which an escape in JSON can smuggle past UTF-8, is not
     * text: it becomes a question mark wherever it is stored, and so two names would become one.
     *
     * @param value a value that was read
     * @return the text; empty if it is something else
     */
    public static Optional<String> text(Object value) {
        return value instanceof String text
                        && StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? Optional.of(text)
                : Optional.empty();
    }

    /**
     * A value as a list of texts, if it is one.
     *
     * @param value a value that was read
     * @return the texts, in order; empty if it is something else, or an element is
     */
    public static Optional<List<String>> texts(Object value) {
        return value instanceof List<?> list
                        && list.stream().allMatch(element -> text(element).isPresent())
                ? Optional.of(list.stream().map(Object::toString).toList())
                : Optional.empty();
    }

    private Map<String, Object> parse(String text) throws IOException, MalformedJson {
        try (JsonParser parser = json.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedJson("the answer is not a JSON object");
            }
            Map<String, Object> members = members(parser);
            if (parser.nextToken() != null) {
                throw new MalformedJson("something follows the JSON object of the answer");
            }
            return members;
        }
    }

    private static Map<String, Object> members(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> JsonNull.NULL;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> parser.getText();
            case START_ARRAY -> list(parser);
            case START_OBJECT -> members(parser);
            default -> new JsonNumber(parser.getText());
        };
    }

    private static List<Object> list(JsonParser parser) throws IOException {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return list;
    }
}
