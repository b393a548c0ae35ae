package id.lum.core.identity;

import id.lum.core.identity.IntrospectionAnswer.Active;
import id.lum.core.identity.IntrospectionAnswer.Rejected;
import id.lum.core.identity.IntrospectionAnswer.Unusable;
import id.lum.support.json.JsonNull;
import id.lum.support.json.JsonNumber;
import id.lum.support.json.JsonReader;
import id.lum.support.json.MalformedJson;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the body of an introspection answer (RFC 7662 section 2.2), strictly.
 *
 * <p>The whole document must be well-formed, whatever {@code active} says. Only then the members are looked at, and if
 * {@code active} is false only that one. A member that is null counts as absent.
 */
final class AnswerReader {
    /** In bytes. Hundreds of scopes fit; what is longer is no introspection answer. */
    static final int MAX_BYTES = 64 * 1024;

    /** RFC 5321 section 4.5.3.1: 64 for the name, 255 for the domain. In characters. */
    private static final int MAX_EMAIL_LENGTH = 320;

    private final JsonReader json = new JsonReader();

    IntrospectionAnswer read(byte[] body) {
        if (body.length > MAX_BYTES) {
            return new Unusable("the answer is longer than " + MAX_BYTES + " bytes");
        }
        try {
            Map<String, Object> members = new HashMap<>(json.object(body));
            members.values().removeIf(JsonNull.NULL::equals);
            return interpret(members);
        } catch (MalformedJson malformed) {
            return new Unusable(malformed.getMessage());
        }
    }

    private static IntrospectionAnswer interpret(Map<String, Object> members) {
        if (!(members.get("active") instanceof Boolean active)) {
            return new Unusable("active is neither true nor false in the answer");
        }
        if (!active) {
            return new Rejected(Rejected.Reason.INACTIVE);
        }
        Optional<String> sub = JsonReader.text(members.getOrDefault("sub", ""));
        if (sub.isEmpty()) {
            return new Unusable("sub is not text in the answer");
        }
        Optional<List<String>> scopes = scopes(members);
        if (scopes.isEmpty()) {
            return new Unusable("scopes is not a list of texts in the answer");
        }
        return sub.get().isBlank()
                ? new Rejected(Rejected.Reason.NO_SUBJECT)
                : new Active(sub.get(), email(members), scopes.get(), expiry(members));
    }

    /** Verbatim; empty if they are not what they must be. */
    private static Optional<List<String>> scopes(Map<String, Object> members) {
        if (members.containsKey("scopes")) {
            return JsonReader.texts(members.get("scopes"));
        }
        // An odd one is as good as none: it opens nothing.
        String scope = JsonReader.text(members.get("scope")).orElse("");
        return Optional.of(
                Arrays.stream(scope.split(" ")).filter(word -> !word.isEmpty()).toList());
    }

    private static Optional<String> email(Map<String, Object> members) {
        return JsonReader.text(members.get("email"))
                .filter(email -> !email.isBlank() && email.length() <= MAX_EMAIL_LENGTH)
                .filter(email -> email.chars().noneMatch(Character::isISOControl));
    }

    private static Expiry expiry(Map<String, Object> members) {
        if (!members.containsKey("exp")) {
            return new Expiry.Unstated();
        }
        return members.get("exp") instanceof JsonNumber number
                ? Expiry.ofNumber(number.digits())
                : new Expiry.Unreadable();
    }
}
