package id.lum.fakes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real client never sends, so that what is recorded is what was sent. */
class RequestReaderTest {

    /** Such a text has a line break where it shows a slash and an n. */
    private static Received read(String text) throws IOException {
        byte[] bytes = text.replace("\\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return RequestReader.read(new ByteArrayInputStream(bytes));
    }

    @Test
    void aRequestIsReadToItsEndAndNoFurther() throws IOException {
        Received received = read("POST /a?b HTTP/1.1\\nX-One:  1 \\ncontent-LENGTH: 2\\n\\n{}GET");
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/a?b");
        assertThat(received.headers()).containsEntry("x-one", "1").hasSize(2);
        assertThat(received.body()).isEqualTo("{}");
        assertThat(read("GET / HTTP/1.1\\n\\n").body()).isEmpty();
    }

    /** Otherwise a bearer too many would hide behind the right one. */
    @Test
    void aHeaderThatCameTwiceHasBothValues() throws IOException {
        assertThat(read("GET / HTTP/1.1\\nA: x\\nB: z\\na: y\\n\\n").headers())
                .containsEntry("a", "x, y")
                .containsEntry("b", "z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET / HTTP/1.0\\n\\n                                   | the request line is not one of HTTP/1.1
                    hello\\n\\n                                            | the request line is not one of HTTP/1.1
                    GET / HTTP/1.1\\nsecret\\n\\n                          | a header has no name
                    GET / HTTP/1.1\\nTransfer-Encoding: chunked\\n\\n      | the length of the body is not stated
                    POST / HTTP/1.1\\nContent-Length: -1\\n\\n             | the length of the body is no number
                    POST / HTTP/1.1\\nContent-Length: 1\\n\\n\u00e4        | the body is not plain UTF-8
                    """)
    void whatIsNoRequestIsAProtocolExceptionThatQuotesNothing(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ProtocolException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET", "GET / HTTP/1.1\\nA: b\\n", "POST / HTTP/1.1\\nContent-Length: 3\\n\\n{}"})
    void whatEndsTooSoonIsTheEnd(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(EOFException.class);
    }
}
