package id.lum.support.http;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came back. Its description is the status alone.
 *
 * @param status from 200 to 999
 * @param headers by name in lower case; of a field that came more than once, the first
 * @param body the body, or its beginning
 */
public record HttpResponse(int status, Map<String, String> headers, BoundedContent body) {
    public HttpResponse {
        headers = Map.copyOf(headers);
        requireNonNull(body, "body");
    }

    /**
     * A header field.
     *
     * @param name in any case
     * @return its value
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public String toString() {
        return "status " + status;
    }
}
