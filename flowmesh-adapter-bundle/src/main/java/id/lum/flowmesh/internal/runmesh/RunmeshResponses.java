package id.lum.flowmesh.internal.runmesh;

import id.lum.hooks.LogSafe;
import id.lum.support.http.BoundedContent;
import id.lum.support.http.HttpDate;
import id.lum.support.http.HttpResponse;
import id.lum.support.json.JsonNull;
import id.lum.support.json.JsonNumber;
import id.lum.support.json.JsonReader;
import id.lum.support.json.MalformedJson;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what Runmesh answers. Nothing of what it sent gets into an exception; a log line shows it redacted. */
final class RunmeshResponses {
    /** No known answer has a tenth of it. In bytes. */
    static final int MAX_BYTES = 64 << 10;

    /** Statuses that say nothing about the row: who asks, where, when or by which proxy is wrong. */
    private static final Set<Integer> NOT_THE_ROW = Set.of(401, 403, 404, 405, 407, 408, 425, 429);

    /** What a server may ask us to wait; longer would look like being off. */
    private static final Duration MAX_WAIT = Duration.ofDays(1);

    /** As text; a number is as long as it is. In characters. */
    private static final int MAX_BALANCE_LENGTH = 32;

    private final JsonReader json = new JsonReader();
    private final Clock clock;

    RunmeshResponses(Clock clock) {
        this.clock = clock;
    }

    EntryResponse toEntry(HttpResponse response, Collection<String> secrets) {
        int status = response.status();
        Optional<Map<String, Object>> answer = status == 200 ? object(response.body()) : Optional.empty();
        if (answer.isPresent() && isAccepted(answer.get().getOrDefault("code", JsonNull.NULL))) {
            return new EntryResponse.Accepted();
        }
        String said = said(response, secrets);
        if (answer.isPresent()) {
            return new EntryResponse.Refused(said);
        }
        return status >= 400 && status < 500 && !NOT_THE_ROW.contains(status)
                ? new EntryResponse.RefusedForGood(said)
                : new EntryResponse.Unusable(said, retryAfter(response));
    }

    /** For the log: it takes longer than the rest. */
    private static String said(HttpResponse response, Collection<String> secrets) {
        return "status " + response.status() + ", " + response.body().printable(secrets);
    }

    /** Absent and null are what Runmesh said before it had codes. */
    private static boolean isAccepted(Object code) {
        return code == JsonNull.NULL
                || code.equals("200")
                || code instanceof JsonNumber number && isTwoHundred(number.digits());
    }

    private static boolean isTwoHundred(String digits) {
        try {
            return new BigDecimal(digits).compareTo(BigDecimal.valueOf(200)) == 0;
        } catch (NumberFormatException absurd) {
            // An exponent that no number has.
            return false;
        }
    }

    BalanceResponse toBalance(HttpResponse response, Collection<String> secrets) {
        if (response.status() != 200) {
            return new BalanceResponse.Unusable(said(response, secrets));
        }
        Map<?, ?> data = object(response.body())
                .map(answer -> answer.get("data"))
                .map(member -> member instanceof Map<?, ?> members ? members : Map.of())
                .orElse(Map.of());
        if (!(data.get("sufficient") instanceof Boolean sufficient)) {
            return new BalanceResponse.Unusable(
                    "data.sufficient is neither true nor false: " + said(response, secrets));
        }
        return sufficient ? new BalanceResponse.Sufficient() : new BalanceResponse.Insufficient(balance(data));
    }

    /** As written: 1.50 is not 1.5 on a bill. */
    private static String balance(Map<?, ?> data) {
        Object balance = data.get("balance");
        return balance instanceof JsonNumber number
                ? LogSafe.of(number.digits())
                : JsonReader.text(balance)
                        .filter(some -> !some.isEmpty() && some.length() <= MAX_BALANCE_LENGTH)
                        .map(RunmeshResponses::withoutControls)
                        .orElse("0");
    }

    /** As sent, but for what could forge a line or paint a terminal. A backslash is no such character. */
    private static String withoutControls(String text) {
        return text.codePoints()
                .mapToObj(Character::toString)
                .map(character -> character.equals("\\") ? character : LogSafe.of(character))
                .collect(Collectors.joining());
    }

    private Optional<Map<String, Object>> object(BoundedContent body) {
        if (body.truncated()) {
            return Optional.empty();
        }
        try {
            return Optional.of(json.object(body.bytes()));
        } catch (MalformedJson malformed) {
            return Optional.empty();
        }
    }

    /** RFC 9110 section 10.2.3: a number of seconds, or a date. What is neither, or past, is not there. */
    private Optional<Duration> retryAfter(HttpResponse response) {
        return response.header("Retry-After")
                .flatMap(this::wait)
                .filter(wait -> !wait.isNegative() && !wait.isZero())
                .map(wait -> wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait);
    }

    private Optional<Duration> wait(String value) {
        String text = value.strip();
        if (text.matches("[0-9]++")) {
            // Of what has more digits only that it is long counts.
            return Optional.of(text.length() > 9 ? MAX_WAIT : Duration.ofSeconds(Long.parseLong(text)));
        }
        Instant now = clock.instant();
        return HttpDate.parse(text, now).map(date -> Duration.between(now, date));
    }
}
