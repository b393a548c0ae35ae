package id.lum.core.identity;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.LogSafe;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who asks, at an introspection endpoint that wants to know (RFC 7662 section 2.1).
 *
 * @param id the client id
 * @param secret its secret; left out of {@link #toString}
 */
public record ClientCredentials(String id, String secret) {
    public ClientCredentials {
        requireNonNull(id, "id");
        requireNonNull(secret, "secret");
    }

    /** The value of the {@code Authorization} header: both parts are form-encoded first (RFC 6749 section 2.3.1). */
    String authorization() {
        byte[] pair = (formEncoded(id) + ":" + formEncoded(secret)).getBytes(StandardCharsets.US_ASCII);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String formEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** One line for logs, without the secret. */
    @Override
    public String toString() {
        return "client " + LogSafe.of(id);
    }
}
