package id.lum.support.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which documents are read, and as what. */
class JsonReaderTest {
    private final JsonReader reader = new JsonReader();

    private Map<String, Object> read(String json) throws MalformedJson {
        return reader.object(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyKindOfValueIsReadAsItIsInOrder() throws MalformedJson {
        Map<String, Object> members =
                read("{\"b\":\"\\u00fc\",\"a\":[true,false,null,1e999999999,-0,{\"x\":{}}],\"\":\"\"}");
        assertThat(members.keySet()).containsExactly("b", "a", "");
        assertThat(members)
                .containsEntry("b", "ü")
                .containsEntry(
                        "a",
                        List.of(
                                true,
                                false,
                                JsonNull.NULL,
                                new JsonNumber("1e999999999"),
                                new JsonNumber("-0"),
                                Map.of("x", Map.of())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                          | not a JSON object
            "text"                      | not a JSON object
            ``                          | not a JSON object
            {"a":1,"a":1}               | has a member twice
            {"b":[{"a":1,"a":2}]}       | has a member twice
            {"a":1}{}                   | something follows
            {"a":1} x                   | not JSON
            {'a':1}                     | not JSON
            {"a":01}                    | not JSON
            {"a":NaN}                   | not JSON
            {"a":1,}                    | not JSON
            {"a":"\t"}                  | not JSON
            {"a":1 /* x */}             | not JSON
            """)
    void whatCouldBeReadInTwoWaysIsMalformedAndNotQuoted(String json, String reason) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedJson.class)
                .hasMessageContaining(reason)
                .hasNoCause();
    }

    @Test
    void anotherEncodingAMarkAndADepthOf33AreMalformed() throws MalformedJson {
        assertThatThrownBy(() -> reader.object(new byte[] {'{', (byte) 0xff, '}'}))
                .hasMessageContaining("not plain UTF-8");
        assertThatThrownBy(() -> reader.object("{}".getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(MalformedJson.class);
        assertThatThrownBy(() -> read("\uFEFF{}")).hasMessageContaining("byte order mark");
        assertThat(read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}")).containsKey("a");
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}"))
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void textIsWellFormedText() throws MalformedJson {
        List<?> values = (List<?>)
                read("{\"a\":[\"x\",\"\\ud83d\\ude00\",\"\\ud83d\",7,null]}").get("a");
        assertThat(values.stream().map(JsonReader::text))
                .containsExactly(
                        Optional.of("x"), Optional.of("😀"), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(JsonReader.texts(values)).isEmpty();
        assertThat(JsonReader.texts(values.subList(0, 2))).contains(List.of("x", "😀"));
        assertThat(JsonReader.texts(List.of())).contains(List.of());
        assertThat(JsonReader.texts("x")).isEmpty();
    }
}
