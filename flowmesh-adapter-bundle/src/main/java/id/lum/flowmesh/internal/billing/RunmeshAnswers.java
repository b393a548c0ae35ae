package id.lum.flowmesh.internal.billing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import id.lum.core.http.BoundedContent;
import id.lum.hooks.Printable;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Reads what Runmesh answers. Nothing of what it sent gets into an exception; a log line shows it redacted. */
final class RunmeshAnswers {
    /** No known answer has a tenth of it. In bytes. */
    static final int MOST = 64 << 10;

    /** Statuses that say nothing about the row: who asks, where, or when is wrong. */
    private static final Set<Integer> NOT_THE_ROW = Set.of(401, 403, 404, 405, 408, 425, 429);

    /** What a server may ask us to wait; longer would look like being off. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    /** As text; a number is as long as it is. In characters. */
    private static final int LONGEST_BALANCE = 32;

    private final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Clock clock;

    RunmeshAnswers(Clock clock) {
        this.clock = clock;
        json.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    EntryAnswer toEntry(HttpResponse<BoundedContent> response, Collection<String> secrets) {
        int status = response.statusCode();
        String said = "status " + status + ", " + response.body().printable(secrets);
        if (status == 200) {
            return object(response.body())
                    .map(answer -> isAccepted(answer.path("code"))
                            ? new EntryAnswer.Accepted()
                            : (EntryAnswer) new EntryAnswer.Refused(said))
                    .orElseGet(() -> new EntryAnswer.Unusable(said, retryAfter(response.headers())));
        }
        if (status >= 400 && status < 500 && !NOT_THE_ROW.contains(status)) {
            return new EntryAnswer.RefusedForGood(said);
        }
        return new EntryAnswer.Unusable(said, retryAfter(response.headers()));
    }

    /** Absent and null are what Runmesh said before it had codes. */
    private static boolean isAccepted(JsonNode code) {
        return code.isMissingNode()
                || code.isNull()
                || code.isTextual() && code.textValue().equals("200")
                || code.isNumber() && code.decimalValue().compareTo(BigDecimal.valueOf(200)) == 0;
    }

    BalanceAnswer toBalance(HttpResponse<BoundedContent> response, Collection<String> secrets) {
        String said = "status " + response.statusCode() + ", " + response.body().printable(secrets);
        if (response.statusCode() != 200) {
            return new BalanceAnswer.Unusable(said);
        }
        JsonNode sufficient = object(response.body())
                .map(answer -> answer.at("/data/sufficient"))
                .orElseGet(MissingNode::getInstance);
        if (!sufficient.isBoolean()) {
            return new BalanceAnswer.Unusable("data.sufficient is neither true nor false: " + said);
        }
        return sufficient.booleanValue()
                ? new BalanceAnswer.Sufficient()
                : new BalanceAnswer.Insufficient(balance(response.body()));
    }

    /** As written: 1.50 is not 1.5 on a bill. */
    private String balance(BoundedContent body) {
        try (JsonParser balance = new FilteringParserDelegate(
                json.createParser(body.bytes()),
                new JsonPointerBasedFilter("/data/balance"),
                Inclusion.ONLY_INCLUDE_ALL,
                false)) {
            return Optional.ofNullable(balance.nextToken())
                    .filter(token -> token.isNumeric() || token == JsonToken.VALUE_STRING)
                    .map(token -> textOf(balance))
                    .filter(text -> balance.currentToken().isNumeric() || text.length() <= LONGEST_BALANCE)
                    .filter(text -> !text.isEmpty())
                    .map(Printable::of)
                    .orElse("0");
        } catch (IOException unreadable) {
            return "0";
        }
    }

    private static String textOf(JsonParser value) {
        try {
            return value.getText();
        } catch (IOException unreadable) {
            return "";
        }
    }

    private Optional<JsonNode> object(BoundedContent body) {
        if (body.cutShort()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(json.readTree(body.bytes())).filter(JsonNode::isObject);
        } catch (JsonProcessingException | NumberFormatException notJson) {
            // The latter for an exponent that no number has.
            return Optional.empty();
        } catch (IOException notText) {
            return Optional.empty();
        }
    }

    /** RFC 9110 section 10.2.3: a number of seconds, or a date. What is neither, or past, is not there. */
    private Optional<Duration> retryAfter(HttpHeaders headers) {
        return headers.firstValue("Retry-After")
                .flatMap(this::wait)
                .filter(wait -> !wait.isNegative() && !wait.isZero())
                .map(wait -> wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }

    private Optional<Duration> wait(String value) {
        String text = value.strip();
        try {
            return text.matches("[0-9]{1,18}")
                    ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                    : Optional.of(Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant()));
        } catch (DateTimeException neither) {
            return Optional.empty();
        }
    }
}
