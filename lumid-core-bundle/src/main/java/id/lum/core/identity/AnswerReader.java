package id.lum.core.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import id.lum.core.identity.IntrospectionAnswer.Claimed;
import id.lum.core.identity.IntrospectionAnswer.NotClaimed;
import id.lum.core.identity.IntrospectionAnswer.Unusable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the body of an introspection answer (RFC 7662 section 2.2), strictly: what two parsers could understand
 * differently is unusable.
 *
 * <p>The whole document must be well-formed, whatever {@code active} says: it is one object in plain UTF-8, no member
 * occurs twice at any depth, and nothing follows. Only then the members are looked at, and if {@code active} is false
 * only that one. A member that is null counts as absent.
 */
final class AnswerReader {
    /** In bytes. Hundreds of scopes fit; what is longer is no introspection answer. */
    static final int MOST = 64 * 1024;

    /** No field of ours is nested; unknown fields may be, a little. */
    private static final int DEPTH = 32;

    /** RFC 5321 section 4.5.3.1: 64 for the name, 255 for the domain. In characters. */
    private static final int EMAIL_MOST = 320;

    private static final Set<String> READ = Set.of("active", "sub", "email", "scopes", "scope", "exp");

    // Buffers kept per thread would hang on the host's threads after this bundle is gone. Numbers may be as long as the
    // document, because they are never computed.
    private final JsonFactory json = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(MOST)
                    .build())
            .build();

    IntrospectionAnswer read(byte[] body) {
        if (body.length > MOST) {
            return new Unusable("the answer is longer than " + MOST + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return text.startsWith("\uFEFF") ? new Unusable("the answer begins with a byte order mark") : parse(text);
        } catch (CharacterCodingException notUtf8) {
            return new Unusable("the answer is not plain UTF-8");
        } catch (IOException malformed) {
            // Its message quotes the answer.
            return new Unusable("the answer is not JSON, or has a member twice, or is nested too deeply");
        }
    }

    private IntrospectionAnswer parse(String text) throws IOException {
        try (JsonParser parser = json.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Unusable("the answer is not a JSON object");
            }
            Map<String, Object> members = members(parser);
            return parser.nextToken() == null
                    ? judge(members)
                    : new Unusable("something follows the JSON object of the answer");
        }
    }

    private static Map<String, Object> members(JsonParser parser) throws IOException {
        Map<String, Object> members = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (READ.contains(name)) {
                value(parser).ifPresent(value -> members.put(name, value));
            } else {
                parser.skipChildren();
            }
        }
        return members;
    }

    /** Text, truth value, number as written, list, or something odd; empty for null. */
    private static Optional<Object> value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> Optional.empty();
            case VALUE_TRUE -> Optional.of(true);
            case VALUE_FALSE -> Optional.of(false);
            case VALUE_STRING -> Optional.of(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Optional.of(new Written(parser.getText()));
            case START_ARRAY -> Optional.of(list(parser));
            default -> {
                parser.skipChildren();
                yield Optional.of(Odd.ODD);
            }
        };
    }

    private static List<Object> list(JsonParser parser) throws IOException {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser).orElse(Odd.ODD));
        }
        return list;
    }

    private static IntrospectionAnswer judge(Map<String, Object> members) {
        if (!(members.get("active") instanceof Boolean active)) {
            return new Unusable("active is neither true nor false in the answer");
        }
        if (!active) {
            return new NotClaimed(NotClaimed.Reason.INACTIVE);
        }
        Object sub = members.getOrDefault("sub", "");
        if (!isText(sub)) {
            return new Unusable("sub is not text in the answer");
        }
        Optional<List<String>> scopes = scopes(members);
        if (scopes.isEmpty()) {
            return new Unusable("scopes is not a list of texts in the answer");
        }
        return sub.toString().isBlank()
                ? new NotClaimed(NotClaimed.Reason.NO_SUBJECT)
                : new Claimed(sub.toString(), email(members.get("email")), scopes.get(), expiry(members));
    }

    /** Verbatim; empty if they are not what they must be. */
    private static Optional<List<String>> scopes(Map<String, Object> members) {
        if (members.containsKey("scopes")) {
            return members.get("scopes") instanceof List<?> list
                            && list.stream().allMatch(AnswerReader::isText)
                    ? Optional.of(list.stream().map(Object::toString).toList())
                    : Optional.empty();
        }
        // An odd one is as good as none: it opens nothing.
        return Optional.of(
                isText(members.get("scope"))
                        ? List.of(members.get("scope").toString().split(" ")).stream()
                                .filter(scope -> !scope.isEmpty())
                                .toList()
                        : List.of());
    }

    /**
     * Half a surrogate pair, which an escape in JSON can smuggle past UTF-8, is not text: it becomes a question mark
     * wherever it is stored, and so two subjects would become one.
     */
    private static boolean isText(Object value) {
        return value instanceof String text
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static Optional<String> email(Object value) {
        return Optional.ofNullable(value)
                .filter(AnswerReader::isText)
                .map(Object::toString)
                .filter(email -> !email.isBlank() && email.length() <= EMAIL_MOST)
                .filter(email -> email.chars().noneMatch(Character::isISOControl));
    }

    private static Expiry expiry(Map<String, Object> members) {
        if (!members.containsKey("exp")) {
            return new Expiry.Unstated();
        }
        return members.get("exp") instanceof Written number
                ? Expiry.ofNumber(number.digits())
                : new Expiry.Unreadable();
    }

    /** A number that was not computed. */
    private record Written(String digits) {}

    /** A value of a type that no member we read has. */
    private enum Odd {
        ODD
    }
}
