package id.lum.support.http;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An HTTP request. Its description leaves out header fields, body and query, which may be secret.
 *
 * @param method such as {@code POST}
 * @param uri an absolute {@code http} or {@code https} URI
 * @param headers header fields by name; {@code Host}, {@code Content-Length} and {@code Connection} are added
 * @param body what is sent; the caller does not change it
 * @param idempotent whether sending it twice does no harm (RFC 9110 section 9.2.2)
 */
public record HttpRequest(String method, URI uri, Map<String, String> headers, byte[] body, boolean idempotent) {

    /**
     * A request, checked.
     *
     * @throws IllegalArgumentException if a header value has characters that a header may not hold; without the value
     */
    public HttpRequest {
        requireNonNull(method, "method");
        requireNonNull(uri, "uri");
        requireNonNull(body, "body");
        headers = Map.copyOf(headers);
        headers.forEach((name, value) -> {
            if (!HeaderValues.isLegal(value)) {
                throw new IllegalArgumentException("The value of " + name + " cannot be sent in a header.");
            }
        });
    }

    /**
     * A request without a body, safe to repeat.
     *
     * @param uri an absolute URI
     * @return the request
     */
    public static HttpRequest get(URI uri) {
        return new HttpRequest("GET", uri, Map.of(), new byte[0], true);
    }

    /**
     * A request that is sent once at most, unless {@link #asIdempotent} says otherwise.
     *
     * @param uri an absolute URI
     * @param contentType the media type of the body
     * @param body what is sent
     * @return the request
     */
    public static HttpRequest post(URI uri, String contentType, byte[] body) {
        return new HttpRequest("POST", uri, Map.of("Content-Type", contentType), body, false);
    }

    /**
     * The same request with one more header field.
     *
     * @param name of the field
     * @param value of the field
     * @return the request
     * @throws IllegalArgumentException if the value has characters that a header may not hold; without the value
     */
    public HttpRequest header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpRequest(method, uri, more, body, idempotent);
    }

    /**
     * The same request, which may be sent a second time when a kept connection turns out to be dead.
     *
     * @return the request
     */
    public HttpRequest asIdempotent() {
        return new HttpRequest(method, uri, headers, body, true);
    }

    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getHost() + uri.getPath();
    }
}
