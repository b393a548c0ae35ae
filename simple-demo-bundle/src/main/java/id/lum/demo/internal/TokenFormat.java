package id.lum.demo.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import id.lum.hooks.PrincipalContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code tokens.json}, all of it or nothing: an object of tokens, each with all that is known of its principal.
 */
final class TokenFormat {
    private static final Set<String> MEMBERS =
            Set.of("principal_id", "org_id", "external_id", "principal_type", "scopes");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TokenFormat() {}

    /** @return for each token its principal */
    static Map<String, PrincipalContext> parse(byte[] content) throws MalformedTokens {
        JsonNode file = tree(text(content));
        if (!file.isObject()) {
            throw new MalformedTokens("is not a JSON object of tokens");
        }
        Map<String, PrincipalContext> tokens = new HashMap<>();
        int number = 0;
        for (Map.Entry<String, JsonNode> entry : file.properties()) {
            number++;
            if (entry.getKey().isBlank()) {
                throw MalformedTokens.inEntry(number, "the token must not be blank");
            }
            tokens.put(entry.getKey(), principal(number, entry.getValue()));
        }
        return Collections.unmodifiableMap(tokens);
    }

    private static String text(byte[] content) throws MalformedTokens {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new MalformedTokens("is not UTF-8 text");
        }
    }

    /** Jackson's own messages quote what they stumble over, be it a token: only the place is taken from them. */
    private static JsonNode tree(String text) throws MalformedTokens {
        try {
            return JSON.readTree(text);
        } catch (StreamConstraintsException excess) {
            throw new MalformedTokens("is nested too deeply, or holds a name or number that is too long");
        } catch (JacksonException wrong) {
            String what = wrong.getOriginalMessage().startsWith("Duplicate")
                    ? "has a token or member twice"
                    : "is not well-formed JSON";
            throw new MalformedTokens(what
                    + Optional.ofNullable(wrong.getLocation())
                            .map(place -> ", at line " + place.getLineNr() + ", column " + place.getColumnNr())
                            .orElse(""));
        }
    }

    private static PrincipalContext principal(int number, JsonNode entry) throws MalformedTokens {
        if (!entry.isObject()) {
            throw MalformedTokens.inEntry(number, "a token must stand for a JSON object");
        }
        for (Map.Entry<String, JsonNode> member : entry.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw MalformedTokens.inEntry(
                        number,
                        "it has an unknown member; known are principal_id, org_id, external_id, principal_type and scopes");
            }
        }
        String principalId = word(number, entry, "principal_id");
        if (principalId.isBlank()) {
            throw MalformedTokens.inEntry(number, "principal_id must not be blank");
        }
        return new PrincipalContext(
                principalId,
                word(number, entry, "org_id"),
                word(number, entry, "external_id"),
                word(number, entry, "principal_type"),
                scopes(number, entry));
    }

    private static String word(int number, JsonNode entry, String member) throws MalformedTokens {
        JsonNode value = entry.path(member);
        if (!value.isTextual()) {
            throw MalformedTokens.inEntry(number, member + (value.isMissingNode() ? " is missing" : " must be text"));
        }
        return value.textValue();
    }

    private static List<String> scopes(int number, JsonNode entry) throws MalformedTokens {
        JsonNode value = entry.path("scopes");
        if (value.isMissingNode()) {
            throw MalformedTokens.inEntry(number, "scopes is missing");
        }
        List<String> scopes = new ArrayList<>();
        boolean wellTyped = value.isArray();
        for (JsonNode scope : value) {
            wellTyped &= scope.isTextual();
            scopes.add(scope.asText());
        }
        if (!wellTyped) {
            throw MalformedTokens.inEntry(number, "scopes must be a list of texts");
        }
        return scopes;
    }
}
