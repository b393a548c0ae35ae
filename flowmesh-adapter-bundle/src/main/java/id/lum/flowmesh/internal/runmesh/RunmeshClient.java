package id.lum.flowmesh.internal.runmesh;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.support.http.BoundedHttp;
import id.lum.support.http.HttpFailure;
import id.lum.support.http.HttpRequest;
import id.lum.support.http.HttpResponse;
import id.lum.support.http.Redaction;
import id.lum.support.json.JsonNull;
import id.lum.support.json.JsonNumber;
import id.lum.support.json.JsonWriter;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * Talks to Runmesh. Every call returns at once; what fails comes as an unusable answer, within the timeout. Neither the
 * bridge secret nor an address gets into what an answer says.
 */
public final class RunmeshClient implements Stoppable {
    public static final Duration BALANCE_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration ENTRY_TIMEOUT = Duration.ofSeconds(10);

    /** What a submission needs to cost at least, in dollars. */
    private static final String REQUIRED_AMOUNT = "0.01";

    /** More than deliveries and balance checks together; either bounds its own. */
    private static final int MAX_CALLS = 256;

    /** Failures that say nothing about Runmesh. */
    private static final Set<HttpFailure.Kind> OURS =
            Set.of(HttpFailure.Kind.CLOSED, HttpFailure.Kind.BUSY, HttpFailure.Kind.INTERNAL);

    private final BoundedHttp http = new BoundedHttp("runmesh billing", MAX_CALLS);
    private final JsonWriter json = new JsonWriter();
    private final RunmeshResponses answers;
    private final Duration balanceTimeout;
    private final Duration entryTimeout;

    public RunmeshClient(Clock clock) {
        this(clock, BALANCE_TIMEOUT, ENTRY_TIMEOUT);
    }

    public RunmeshClient(Clock clock, Duration balanceTimeout, Duration entryTimeout) {
        this.answers = new RunmeshResponses(clock);
        this.balanceTimeout = balanceTimeout;
        this.entryTimeout = entryTimeout;
    }

    /** Enters a row. Safe to repeat: Runmesh knows a task by its id. */
    public CompletableFuture<EntryResponse> enter(RunmeshEndpoint runmesh, PendingRow row, String email) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("userEmail", email);
        entry.put("userSub", row.principalId());
        entry.put("taskId", row.taskId());
        entry.put("workflowId", JsonNull.NULL);
        entry.put("cost", row.cost().toPlainString());
        entry.put("durationSec", row.runtimeSec().toBigInteger());
        entry.put("costPerHour", new JsonNumber(row.costPerHour().toPlainString()));
        entry.put("taskStatus", row.taskStatus());
        List<String> secrets = List.of(runmesh.secret(), email);
        return post(
                runmesh,
                runmesh.entry(),
                entry,
                entryTimeout,
                (response, failure) -> failure.map(why -> (EntryResponse)
                                new EntryResponse.Unusable(Redaction.of(why, secrets), Optional.empty()))
                        .orElseGet(() -> answers.toEntry(response.orElseThrow(), secrets)));
    }

    /** Asks whether an account has enough to submit. */
    public CompletableFuture<BalanceResponse> balance(RunmeshEndpoint runmesh, String email) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("userEmail", email);
        question.put("requiredAmount", REQUIRED_AMOUNT);
        List<String> secrets = List.of(runmesh.secret(), email);
        return post(
                runmesh,
                runmesh.balance(),
                question,
                balanceTimeout,
                (response, failure) -> failure.map(why -> noBalance(why, secrets))
                        .orElseGet(() -> answers.toBalance(response.orElseThrow(), secrets)));
    }

    private static BalanceResponse noBalance(Throwable why, List<String> secrets) {
        String said = Redaction.of(why, secrets);
        boolean ours = why instanceof HttpFailure failure && OURS.contains(failure.kind());
        return ours ? new BalanceResponse.NotAsked(said) : new BalanceResponse.Unusable(said);
    }

    private <A> CompletableFuture<A> post(
            RunmeshEndpoint runmesh,
            URI where,
            Map<String, Object> body,
            Duration timeout,
            BiFunction<Optional<HttpResponse>, Optional<Throwable>, A> meaning) {
        // Neither question nor entry does harm when it comes twice.
        HttpRequest request = HttpRequest.post(where, "application/json", json.object(body))
                .header("Accept", "application/json")
                .header("X-Bridge-Secret", runmesh.secret())
                .asIdempotent();
        CompletableFuture<HttpResponse> reply = http.send(request, timeout, RunmeshResponses.MAX_BYTES);
        CompletableFuture<A> answer = reply.handle(
                (response, failure) -> meaning.apply(Optional.ofNullable(response), Optional.ofNullable(failure)));
        // Cancelling the answer cancels the exchange.
        answer.whenComplete((meant, givenUp) -> reply.cancel(true));
        return answer;
    }

    /** Ends every exchange. */
    @Override
    public void close(StopDeadline deadline) {
        http.close(deadline);
    }
}
