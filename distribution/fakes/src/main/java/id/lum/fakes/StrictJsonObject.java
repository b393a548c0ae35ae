package id.lum.fakes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The members of one JSON object, which has these and no others. What is not as it must be is a
 * {@link ProtocolException}, whose message names members and quotes no value.
 */
final class StrictJsonObject {
    // Buffers kept per thread would hang on threads that outlive this bundle.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** No exponent, no superfluous zero in front. */
    private static final String PLAIN_DIGITS = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?";

    private final String what;
    private final ObjectNode object;

    private StrictJsonObject(String what, ObjectNode object) {
        this.what = what;
        this.object = object;
    }

    static StrictJsonObject of(String what, String json, String... names) throws ProtocolException {
        StrictJsonObject members = new StrictJsonObject(what, parse(what, json));
        Set<String> odd = new TreeSet<>();
        members.object.fieldNames().forEachRemaining(odd::add);
        for (String name : names) {
            members.must(odd.remove(name), name, "is missing");
        }
        if (!odd.isEmpty()) {
            throw new ProtocolException(what + ": there are members of other names: " + odd.size());
        }
        return members;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    String text(String name) throws ProtocolException {
        JsonNode value = object.get(name);
        must(value.isTextual() && isText(value.textValue()), name, "is not text");
        return value.textValue();
    }

    String textThatIsNotBlank(String name) throws ProtocolException {
        String text = text(name);
        must(!text.isBlank(), name, "is blank");
        return text;
    }

    String email(String name) throws ProtocolException {
        String text = text(name);
        must(text.indexOf('@') > 0, name, "is no e-mail address");
        return text;
    }

    /** A decimal as text, exactly as written. */
    String decimal(String name) throws ProtocolException {
        String text = text(name);
        must(text.matches(PLAIN_DIGITS), name, "is not a decimal in plain digits");
        return text;
    }

    BigInteger integer(String name) throws ProtocolException {
        must(object.get(name).isIntegralNumber(), name, "is not an integer");
        return object.get(name).bigIntegerValue();
    }

    BigDecimal number(String name) throws ProtocolException {
        must(object.get(name).isNumber(), name, "is not a number");
        return object.get(name).decimalValue();
    }

    void isNull(String name) throws ProtocolException {
        must(object.get(name).isNull(), name, "is not null");
    }

    JsonNode object(String name) throws ProtocolException {
        must(object.get(name).isObject(), name, "is not an object");
        return object.get(name);
    }

    void objectOrNull(String name) throws ProtocolException {
        must(object.get(name).isObject() || object.get(name).isNull(), name, "is neither an object nor null");
    }

    List<String> names(String name) throws ProtocolException {
        must(object.get(name).isArray(), name, "is not a list");
        List<String> names = new ArrayList<>();
        for (JsonNode element : object.get(name)) {
            must(element.isTextual() && isText(element.textValue()), name, "holds what is not text");
            names.add(element.textValue());
        }
        must(new HashSet<>(names).size() == names.size(), name, "holds something twice");
        return List.copyOf(names);
    }

    private static ObjectNode parse(String what, String json) throws ProtocolException {
        JsonNode read = MissingNode.getInstance();
        try {
            read = json.startsWith("\uFEFF") ? read : JSON.readTree(json);
        } catch (JsonProcessingException malformed) {
            // Its message quotes the body.
        }
        if (read instanceof ObjectNode object) {
            return object;
        }
        throw new ProtocolException(what + ": the body is not one JSON object without repeated members");
    }

    private void must(boolean holds, String name, String otherwise) throws ProtocolException {
        if (!holds) {
            throw new ProtocolException(what + ": " + name + " " + otherwise);
        }
    }

    /** Half a surrogate pair, which an escape can smuggle past UTF-8, is not. */
    private static boolean isText(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
