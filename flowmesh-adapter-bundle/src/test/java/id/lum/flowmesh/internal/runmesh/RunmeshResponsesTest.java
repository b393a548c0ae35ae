package id.lum.flowmesh.internal.runmesh;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.support.http.BoundedContent;
import id.lum.support.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer means. */
class RunmeshResponsesTest {
    private static final List<String> SECRETS = List.of("s3cret", "bob@example.com");

    private final RunmeshResponses answers = new RunmeshResponses(Outboxes.clock());

    private static HttpResponse response(int status, String body, String... retryAfter) {
        return new HttpResponse(
                status,
                retryAfter.length == 0 ? Map.of() : Map.of("retry-after", retryAfter[0]),
                new BoundedContent(body.getBytes(StandardCharsets.UTF_8), false));
    }

    private EntryResponse entry(int status, String body, String... retryAfter) {
        return answers.toEntry(response(status, body, retryAfter), SECRETS);
    }

    private Optional<Duration> wait(int status, String retryAfter) {
        return ((EntryResponse.Unusable) entry(status, "", retryAfter)).retryAfter();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                        | Accepted
            {"msg":"ok"}                              | Accepted
            {"code":null}                             | Accepted
            {"code":200}                              | Accepted
            {"code":"200"}                            | Accepted
            {"code":200.0}                            | Accepted
            {"code":2e2}                              | Accepted
            {"code":200,"data":{"code":500}}          | Accepted
            {"Code":500}                              | Accepted
            {"code":500,"msg":"unknown user"}         | Refused
            {"code":"500"}                            | Refused
            {"code":0}                                | Refused
            {"code":201}                              | Refused
            {"code":200.5}                            | Refused
            {"code":-200}                             | Refused
            {"code":1e999}                            | Refused
            {"code":""}                               | Refused
            {"code":" 200"}                           | Refused
            {"code":"200.0"}                          | Refused
            {"code":"ok"}                             | Refused
            {"code":true}                             | Refused
            {"code":false}                            | Refused
            {"code":[200]}                            | Refused
            {"code":{}}                               | Refused
            {"code":500,"code":200}                   | Unusable
            {"code":200                               | Unusable
            {"code":200}{"code":200}                  | Unusable
            {"code":NaN}                              | Unusable
            {"code":100e2147483647}                   | Refused
            {"code":1e99999999999999999999}           | Refused
            [{"code":200}]                            | Unusable
            200                                       | Unusable
            "200"                                     | Unusable
            null                                      | Unusable
            true                                      | Unusable
            <html>It works</html>                     | Unusable
            ``                                        | Unusable
            """)
    void atStatus200TheBodyDecides(String body, String meaning) {
        assertThat(entry(200, body).getClass().getSimpleName()).isEqualTo(meaning);
    }

    @Test
    void aBodyThatIsDeepOrCutShortIsNoAnswer() {
        assertThat(entry(200, "{\"code\":200,\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}"))
                .isInstanceOf(EntryResponse.Unusable.class);
        BoundedContent begun = new BoundedContent("{\"code\":200}".getBytes(StandardCharsets.UTF_8), true);
        assertThat(answers.toEntry(new HttpResponse(200, Map.of(), begun), SECRETS))
                .isInstanceOf(EntryResponse.Unusable.class);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 401, 403, 404, 405, 407, 408, 425, 429, 500, 501,
                502, 503, 504, 507, 511, 599
            })
    void theseSayNothingAboutTheRow(int status) {
        for (String body : List.of("", "{\"code\":200}", "{\"code\":500}", "<html>")) {
            assertThat(entry(status, body)).as(body).isInstanceOf(EntryResponse.Unusable.class);
        }
        assertThat(wait(status, "7")).contains(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 402, 406, 409, 410, 411, 413, 414, 415, 418, 421, 422, 423, 424, 426, 428, 431, 451, 499})
    void anyOther4xxIsARefusalForGood(int status) {
        for (String body : List.of("", "{\"code\":200}", "{\"code\":500}", "<html>")) {
            assertThat(entry(status, body)).as(body).isInstanceOf(EntryResponse.RefusedForGood.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            120                           | 120
            ` 120 `                       | 120
            86400                         | 86400
            86401                         | 86400
            999999999999999999            | 86400
            99999999999999999999999999    | 86400
            Mon, 01 Jun 2026 08:01:00 GMT | 60
            Mon, 1 Jun 2026 08:01:00 GMT  | 60
            Tue, 01 Jun 2027 08:00:00 GMT | 86400
            Fri, 31 Dec 9999 23:59:59 GMT | 86400
            Monday, 01-Jun-26 08:01:00 GMT | 60
            Mon Jun  1 08:01:00 2026      | 60
            Monday, 01-Jun-26 07:00:00 GMT |
            0                             |
            -5                            |
            1.5                           |
            Mon, 01 Jun 2026 08:00:00 GMT |
            Mon, 01 Jun 2026 07:00:00 GMT |
            Mon, 99 Jun 2026 08:01:00 GMT |
            soon                          |
            ``                            |
            """)
    void aServerMayAskToBeLeftAloneForADayAtMost(String header, Long seconds) {
        assertThat(wait(503, header)).isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
        assertThat(wait(200, header))
                .as("with a page at 200")
                .isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
    }

    @Test
    void whatWasSaidIsShownWithoutSecretsOnOneShortLine() {
        String body = "{\"code\":500,\"msg\":\"bob@example.com\\n of s3cret\"}" + "x".repeat(10_000);
        for (int status : new int[] {200, 400, 500}) {
            assertThat(entry(status, body).toString())
                    .contains("status " + status)
                    .doesNotContain("bob@", "s3cret", "\n")
                    .hasSizeLessThan(400);
        }
        assertThat(entry(200, "{\"code\":500,\"msg\":\"s3cret\"}").toString()).contains("<token>");
    }

    // Balances

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"data":{"sufficient":true}}                                      | enough
            {"code":500,"data":{"sufficient":true,"balance":"0"}}             | enough
            {"data":{"sufficient":false,"balance":"1.50"}}                    | 1.50
            {"code":500,"data":{"sufficient":false,"balance":"1.50"}}         | 1.50
            {"data":{"balance":"-3","sufficient":false}}                      | -3
            {"data":{"sufficient":false,"balance":1.50}}                      | 1.50
            {"data":{"sufficient":false,"balance":1e2}}                       | 1e2
            {"data":{"sufficient":false,"balance":-0.0}}                      | -0.0
            {"data":{"sufficient":false,"balance":12345678901234567890123456789012345.10}} | 12345678901234567890123456789012345.10
            {"data":{"sufficient":false,"balance":"12345678901234567890123456789012"}}     | 12345678901234567890123456789012
            {"data":{"sufficient":false,"balance":"123456789012345678901234567890123"}}    | 0
            {"data":{"sufficient":false,"balance":"a\\tb"}}                   | a\\u0009b
            {"data":{"sufficient":false,"balance":true}}                      | 0
            {"data":{"sufficient":false,"balance":null}}                      | 0
            {"data":{"sufficient":false,"balance":["1"]}}                     | 0
            {"data":{"sufficient":false,"balance":{"balance":"1"}}}           | 0
            {"data":{"sufficient":false}}                                     | 0
            {"balance":"7","data":{"sufficient":false}}                       | 0
            {"data":{"sufficient":"false"}}                                   | nobody knows
            {"data":{"sufficient":0}}                                         | nobody knows
            {"data":{"sufficient":null}}                                      | nobody knows
            {"data":{}}                                                       | nobody knows
            {"data":[{"sufficient":false}]}                                   | nobody knows
            {"data":null}                                                     | nobody knows
            {"sufficient":false}                                              | nobody knows
            {"data":{"sufficient":false,"sufficient":true}}                   | nobody knows
            {"data":{"sufficient":false}                                      | nobody knows
            [{"data":{"sufficient":false}}]                                   | nobody knows
            <html>                                                            | nobody knows
            ``                                                                | nobody knows
            """)
    void onlyAClearNoIsANo(String body, String meaning) {
        assertThat(meaning(answers.toBalance(response(200, body), SECRETS))).isEqualTo(meaning);
        for (int status : new int[] {201, 204, 302, 400, 401, 402, 404, 500, 503}) {
            assertThat(meaning(answers.toBalance(response(status, body), SECRETS)))
                    .as("status " + status)
                    .isEqualTo("nobody knows");
        }
    }

    private static String meaning(BalanceResponse answer) {
        if (answer instanceof BalanceResponse.Insufficient insufficient) {
            return insufficient.balance();
        }
        return answer instanceof BalanceResponse.Sufficient ? "enough" : "nobody knows";
    }
}
