package id.lum.fakes;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads requests with a body of stated length, in plain UTF-8. Anything else is a {@link ProtocolException}, whose
 * message quotes nothing of it.
 */
final class RequestReader {
    private RequestReader() {}

    static Received read(InputStream in) throws IOException {
        String line = line(in);
        if (!line.matches("[A-Z]+ \\S+ HTTP/1\\.1")) {
            throw new ProtocolException("the request line is not one of HTTP/1.1");
        }
        Map<String, String> headers = headers(in);
        if (headers.containsKey("transfer-encoding")) {
            throw new ProtocolException("the length of the body is not stated");
        }
        byte[] body = body(in, headers.getOrDefault("content-length", "0"));
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return new Received(line, headers, text);
        } catch (CharacterCodingException notUtf8) {
            throw new ProtocolException("the body is not plain UTF-8");
        }
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("a header has no name");
            }
            headers.merge(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip(),
                    (first, again) -> first + ", " + again);
        }
        return headers;
    }

    private static byte[] body(InputStream in, String length) throws IOException {
        if (!length.matches("[0-9]{1,9}")) {
            throw new ProtocolException("the length of the body is no number");
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) {
            throw new EOFException("closed");
        }
        return body;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("closed");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
