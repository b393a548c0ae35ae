package id.lum.support.http;

import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * What was read of a body.
 *
 * @param bytes the body, or its beginning; readers do not change them
 * @param truncated whether there was more than the request allowed
 */
public record BoundedContent(byte[] bytes, boolean truncated) {

    /**
     * What a log may show of it.
     *
     * @param secrets what must not be shown
     * @return one line
     */
    public String printable(Collection<String> secrets) {
        // The end of a truncated body may be half a secret.
        return truncated
                ? "a body of more than " + bytes.length + " bytes"
                : "body: " + Redaction.of(new String(bytes, StandardCharsets.UTF_8), secrets);
    }
}
