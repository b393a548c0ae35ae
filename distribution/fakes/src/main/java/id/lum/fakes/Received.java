package id.lum.fakes;

import java.net.ProtocolException;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came. Described by its line alone: the rest may be secret.
 *
 * @param line method, target and version
 * @param headers by name in lower case; one that came twice has both values, after a comma
 * @param body the text
 */
public record Received(String line, Map<String, String> headers, String body) {

    public Received {
        headers = Map.copyOf(headers);
    }

    /** Such as {@code POST}. */
    public String method() {
        return line.substring(0, line.indexOf(' '));
    }

    /** The target as sent, with its query. */
    public String path() {
        return line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
    }

    /** By its name in lower case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The body, if that is what it is said to be. */
    String json() throws ProtocolException {
        if (!header("content-type").orElse("").matches("application/json( *;.*)?")) {
            throw new ProtocolException(path() + ": the body is not said to be JSON");
        }
        return body;
    }

    @Override
    public String toString() {
        return line;
    }
}
