package id.lum.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.identity.IntrospectionAnswer.Active;
import id.lum.core.identity.IntrospectionAnswer.Rejected;
import id.lum.core.identity.IntrospectionAnswer.Unusable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer says, one line per case. */
class AnswerReaderTest {
    private final AnswerReader reader = new AnswerReader();

    private IntrospectionAnswer read(String json) {
        return reader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@code sub <email> [scopes] expiry}. */
    private static String told(IntrospectionAnswer answer) {
        if (answer instanceof Active active) {
            String expiry = active.expiry() instanceof Expiry.At at
                    ? at.instant().toString()
                    : active.expiry().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
            return active.sub() + " <" + active.email().orElse("") + "> [" + String.join(",", active.scopes()) + "] "
                    + expiry;
        }
        if (answer instanceof Rejected not) {
            return not.reason().toString();
        }
        return "unusable: " + ((Unusable) answer).reason();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"active":true,"sub":"u1"}                                              | u1 <> [] unstated
            {"sub":"u1","active":true}                                              | u1 <> [] unstated
            {"active":true,"sub":" u1 "}                                            | ` u1  <> [] unstated`
            {"active":true,"sub":"ü\\u0001\\ud83d\\ude00"}                          | ü\\u0001😀 <> [] unstated
            {"active":true,"sub":"u1","email":"a@b.c"}                              | u1 <a@b.c> [] unstated
            {"active":true,"sub":"u1","email":null}                                 | u1 <> [] unstated
            {"active":true,"sub":"u1","email":7}                                    | u1 <> [] unstated
            {"active":true,"sub":"u1","email":["a@b.c"]}                            | u1 <> [] unstated
            {"active":true,"sub":"u1","email":{"a":"b"}}                            | u1 <> [] unstated
            {"active":true,"sub":"u1","email":" "}                                  | u1 <> [] unstated
            {"active":true,"sub":"u1","email":"a@b\\n.c"}                           | u1 <> [] unstated
            {"active":true,"sub":"u1","email":"a\\ud800@b.c"}                       | u1 <> [] unstated
            {"active":true,"sub":"u1","scopes":[]}                                  | u1 <> [] unstated
            {"active":true,"sub":"u1","scopes":["b","a","b"]}                       | u1 <> [b,a,b] unstated
            {"active":true,"sub":"u1","scopes":[" A b","","*"]}                     | u1 <> [ A b,,*] unstated
            {"active":true,"sub":"u1","scopes":null}                                | u1 <> [] unstated
            {"active":true,"sub":"u1","scopes":null,"scope":"a b"}                  | u1 <> [a,b] unstated
            {"active":true,"sub":"u1","scopes":["x"],"scope":"a b"}                 | u1 <> [x] unstated
            {"active":true,"sub":"u1","scopes":[],"scope":"a b"}                    | u1 <> [] unstated
            {"active":true,"sub":"u1","scope":"b a:B *"}                            | u1 <> [b,a:B,*] unstated
            {"active":true,"sub":"u1","scope":"  a   b "}                           | u1 <> [a,b] unstated
            {"active":true,"sub":"u1","scope":"a\\tb\\u00a0c,d"}                    | u1 <> [a\\tb\\u00a0c,d] unstated
            {"active":true,"sub":"u1","scope":""}                                   | u1 <> [] unstated
            {"active":true,"sub":"u1","scope":null}                                 | u1 <> [] unstated
            {"active":true,"sub":"u1","scope":["a"]}                                | u1 <> [] unstated
            {"active":true,"sub":"u1","scope":7}                                    | u1 <> [] unstated
            {"active":true,"sub":"u1","exp":1779290460}                             | u1 <> [] 2026-05-20T15:21:00Z
            {"active":true,"sub":"u1","exp":1779290460.75}                          | u1 <> [] 2026-05-20T15:21:00Z
            {"active":true,"sub":"u1","exp":0}                                      | u1 <> [] 1970-01-01T00:00:00Z
            {"active":true,"sub":"u1","exp":-1}                                     | u1 <> [] 1969-12-31T23:59:59Z
            {"active":true,"sub":"u1","exp":253402300799}                           | u1 <> [] 9999-12-31T23:59:59Z
            {"active":true,"sub":"u1","exp":253402300800}                           | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":1779290460000}                          | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":99999999999999999999}                   | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":1e999999999}                            | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":1e-999999999}                           | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":"1779290460"}                           | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":true}                                   | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":{}}                                     | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":[1779290460]}                           | u1 <> [] unreadable
            {"active":true,"sub":"u1","exp":null}                                   | u1 <> [] unstated
            {"active":true,"sub":"u1","iat":"x","role":[1],"username":{"a":[]},"client_id":0,"token_type":null,"source":false,"reason":1.5} | u1 <> [] unstated
            {"active":true,"sub":"u1","new":{"active":false,"sub":[{}]},"Sub":5}    | u1 <> [] unstated
            {"active":true}                                                         | NO_SUBJECT
            {"active":true,"sub":null}                                              | NO_SUBJECT
            {"active":true,"sub":""}                                                | NO_SUBJECT
            {"active":true,"sub":" \\t\\u2003"}                                     | NO_SUBJECT
            {"active":false}                                                        | INACTIVE
            {"active":false,"sub":"u1","scopes":["a"]}                              | INACTIVE
            {"active":false,"sub":7,"scopes":"x","exp":{},"email":[]}               | INACTIVE
            {"sub":{},"active":false,"scopes":[null]}                               | INACTIVE
            """)
    void aReadableAnswerSaysWhose(String json, String expected) {
        assertThat(told(read(json))).isEqualTo(unescaped(expected));
    }

    private static String unescaped(String text) {
        return text.replace("\\u0001", "\u0001").replace("\\t", "\t").replace("\\u00a0", "\u00a0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                      | active is neither
            {"active":null,"sub":"u1"}                              | active is neither
            {"active":"true","sub":"u1"}                            | active is neither
            {"active":"false"}                                      | active is neither
            {"active":1,"sub":"u1"}                                 | active is neither
            {"active":0}                                            | active is neither
            {"active":[true],"sub":"u1"}                            | active is neither
            {"active":{"active":true},"sub":"u1"}                   | active is neither
            {"Active":true,"sub":"u1"}                              | active is neither
            {"active":true,"sub":7}                                 | sub is not text
            {"active":true,"sub":true}                              | sub is not text
            {"active":true,"sub":["u1"]}                            | sub is not text
            {"active":true,"sub":{"id":"u1"}}                       | sub is not text
            {"active":true,"sub":"u\\ud800"}                        | sub is not text
            {"active":true,"sub":"u1","scopes":"a b"}               | scopes is not a list
            {"active":true,"sub":"u1","scopes":7}                   | scopes is not a list
            {"active":true,"sub":"u1","scopes":{"a":1}}             | scopes is not a list
            {"active":true,"sub":"u1","scopes":false}               | scopes is not a list
            {"active":true,"sub":"u1","scopes":["a",7]}             | scopes is not a list
            {"active":true,"sub":"u1","scopes":["a",null]}          | scopes is not a list
            {"active":true,"sub":"u1","scopes":["a",["b"]]}         | scopes is not a list
            {"active":true,"sub":"u1","scopes":["a",{}]}            | scopes is not a list
            {"active":true,"sub":"u1","scopes":["a\\udc00"]}        | scopes is not a list
            {"active":true,"sub":"u1","scopes":7,"scope":"a"}       | scopes is not a list
            {"active":true,"active":true,"sub":"u1"}                | is not JSON, or has a member twice
            {"active":true,"sub":"u1","sub":"u2"}                   | is not JSON, or has a member twice
            {"active":false,"active":true,"sub":"u1"}               | is not JSON, or has a member twice
            {"active":true,"\\u0061ctive":false,"sub":"u1"}         | is not JSON, or has a member twice
            {"active":false,"x":1,"x":2}                            | is not JSON, or has a member twice
            {"active":true,"sub":"u1","x":{"y":1,"y":2}}            | is not JSON, or has a member twice
            {"active":true,"sub":"u1","email":{"y":1,"y":2}}        | is not JSON, or has a member twice
            {"active":true,"sub":"u1"                               | is not JSON
            {"active":false                                         | is not JSON
            {"active":true,"sub":"u1",}                             | is not JSON
            {'active':true,'sub':'u1'}                              | is not JSON
            {active:true,sub:"u1"}                                  | is not JSON
            {"active":true,"sub":"u1"/**/}                          | is not JSON
            {"active":true,"sub":"u1","exp":NaN}                    | is not JSON
            {"active":true,"sub":"u1","exp":+1}                     | is not JSON
            {"active":true,"sub":"u1","exp":01}                     | is not JSON
            {"active":True,"sub":"u1"}                              | is not JSON
            {"active":true,"sub":"u1"}}                             | is not JSON
            {"active":true,"sub":"u1"}x                             | is not JSON
            {"active":true,"sub":"u1"}{}                            | something follows
            {"active":true,"sub":"u1"} 1                            | something follows
            {"active":true,"sub":"u1"},                             | is not JSON
            [{"active":true,"sub":"u1"}]                            | is not a JSON object
            "active"                                                | is not a JSON object
            true                                                    | is not a JSON object
            null                                                    | is not a JSON object
            <html/>                                                 | is not JSON
            ``                                                      | is not a JSON object
            """)
    void anythingElseIsUnusable(String json, String reason) {
        assertThat(told(read(json))).startsWith("unusable: ").contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "ISO-8859-1"})
    void anotherEncodingThanUtf8IsUnusable(String charset) {
        byte[] body = "{\"active\":true,\"sub\":\"ü1\"}".getBytes(Charset.forName(charset));
        assertThat(reader.read(body)).isInstanceOf(Unusable.class);
    }

    @Test
    void malformedUtf8IsUnusableWhereverItIs() {
        List<byte[]> malformed = List.of(
                new byte[] {(byte) 0xC0, (byte) 0xAF}, // overlong
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // half a surrogate pair
                new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond Unicode
                new byte[] {(byte) 0xFF},
                new byte[] {(byte) 0xE2, (byte) 0x82}); // cut short
        for (byte[] bytes : malformed) {
            for (String start : List.of("{\"active\":true,\"sub\":\"u1\",\"x\":\"", "{\"active\":true,\"sub\":\"u1")) {
                byte[] body =
                        concat(start.getBytes(StandardCharsets.UTF_8), bytes, "\"}".getBytes(StandardCharsets.UTF_8));
                assertThat(told(reader.read(body))).isEqualTo("unusable: the answer is not plain UTF-8");
            }
        }
    }

    private static byte[] concat(byte[]... parts) {
        var all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void aByteOrderMarkIsUnusable() {
        assertThat(told(read("\uFEFF{\"active\":true,\"sub\":\"u1\"}"))).contains("byte order mark");
    }

    @Test
    void sixtyFourKibibytesAreReadAndOneByteMoreIsNot() {
        String start = "{\"active\":true,\"sub\":\"u1\",\"x\":\"";
        String most = start + "y".repeat(64 * 1024 - start.length() - 2) + "\"}";
        assertThat(most).hasSize(64 * 1024);
        assertThat(told(read(most))).startsWith("u1");
        assertThat(told(read(most + " "))).contains("longer than 65536 bytes");
    }

    @Test
    void aLittleNestingIsReadAndAbsurdNestingIsNot() {
        assertThat(told(read(nested(20)))).startsWith("u1");
        assertThat(told(read(nested(1000)))).contains("nested too deeply");
        assertThat(told(read(nested(16_000)))).contains("nested too deeply");
        assertThat(told(read("[".repeat(60_000)))).startsWith("unusable");
        assertThat(told(read("{\"active\":true,\"sub\":\"u1\",\"scopes\":" + "[".repeat(60_000))))
                .startsWith("unusable");
    }

    private static String nested(int depth) {
        return "{\"active\":true,\"sub\":\"u1\",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    @Test
    void aMonstrousNumberIsNotComputed() {
        String digits = "1".repeat(60_000);
        assertThat(told(read("{\"active\":true,\"sub\":\"u1\",\"exp\":" + digits + "}")))
                .endsWith("unreadable");
        assertThat(told(read("{\"active\":true,\"sub\":\"u1\",\"x\":" + digits + "}")))
                .endsWith("unstated");
        assertThat(told(read(
                        "{\"active\":true,\"sub\":\"u1\",\"x\":" + digits + "." + digits.substring(58_000) + "e9}")))
                .endsWith("unstated");
    }

    @Test
    void anAddressThatIsTooLongIsNotRemembered() {
        String longest = "a".repeat(316) + "@b.c";
        assertThat(((Active) read("{\"active\":true,\"sub\":\"u1\",\"email\":\"" + longest + "\"}")).email())
                .contains(longest);
        assertThat(((Active) read("{\"active\":true,\"sub\":\"u1\",\"email\":\"a" + longest + "\"}")).email())
                .isEmpty();
    }

    @Test
    void aReasonQuotesNothingOfTheAnswer() {
        for (String json : List.of(
                "canary",
                "{\"canary\":1,\"canary\":2}",
                "{\"active\":\"canary\"}",
                "{\"active\":true,\"sub\":[\"canary\"]}",
                "{\"active\":true,\"sub\":\"u1\",\"scopes\":\"canary\"}",
                "{} canary",
                "\"canary\"")) {
            assertThat(read(json)).isInstanceOf(Unusable.class);
            assertThat(read(json).toString()).doesNotContain("canary");
        }
    }

    @Test
    void anAnswerPrintsNoAddress() {
        Active active = new Active("u1", Optional.of("canary@example.org"), List.of("a\nb"), new Expiry.Unstated());
        assertThat(active.toString()).contains("u1").doesNotContain("canary").doesNotContain("\n");
    }
}
