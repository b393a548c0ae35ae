package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.HookRejection;
import id.lum.hooks.lumilake.Schedule;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.lumilake.internal.optimizer.OptimizerResponses.MalformedAnswer;
import id.lum.support.http.BoundedContent;
import id.lum.support.http.BoundedHttp;
import id.lum.support.http.HeaderValues;
import id.lum.support.http.HttpFailure;
import id.lum.support.http.HttpFailure.Kind;
import id.lum.support.http.HttpRequest;
import id.lum.support.http.HttpResponse;
import id.lum.support.json.JsonWriter;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.log.OutageLog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two exchanges with an optimizer. The catalog is asked for with the runtime token and with nothing else, a plan
 * with the submitter's own token and with nothing else; both are bounded in time and size, and neither follows a
 * redirect, so that a token goes nowhere but to the configured server.
 *
 * <p>Both fail closed. Without a catalog nothing is offered; without a usable plan there is a rejection: with 503, or
 * with the optimizer's own status when that says that this request, or this token, will not do.
 *
 * <p>Of an answer that will not do the log shows the status and what is wrong, never the text: an optimizer has seen
 * the tokens of everybody who submitted, and may quote any of them.
 */
final class OptimizerClient implements Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(OptimizerClient.class);

    /** In bytes. Hundreds of names fit. */
    static final int MAX_CATALOG_BYTES = 64 * 1024;

    /** In bytes. A plan for tens of thousands of nodes fits. */
    static final int MAX_SCHEDULE_BYTES = 4 * 1024 * 1024;

    /** Plans under way, the catalog included. */
    private static final int MAX_CALLS = 256;

    /** In characters. No token of lum.id is as long. */
    private static final int MAX_BEARER_LENGTH = 8 * 1024;

    /** What an optimizer answers when the fault is with the request; any other status is its own fault, or ours. */
    private static final Set<Integer> ABOUT_THE_REQUEST = Set.of(400, 401, 402, 403, 409, 413, 422);

    private final Duration catalogTimeout;
    private final BoundedHttp http = new BoundedHttp("Lumilake optimizer", MAX_CALLS);
    private final OptimizerResponses answers = new OptimizerResponses();
    private final JsonWriter json = new JsonWriter();
    /** Whoever submits may be the cause of a failure, so not each is logged. */
    private final OutageLog outages = new OutageLog(LOG, System::nanoTime);

    /** @param catalogTimeout how long a catalog may take, headers and body */
    OptimizerClient(Duration catalogTimeout) {
        this.catalogTimeout = catalogTimeout;
    }

    /** Returns at once. Whatever fails comes as an answer, in time. */
    CompletableFuture<CatalogResponse> catalog(OptimizerSettings settings) {
        HttpRequest plain = HttpRequest.get(settings.catalogUrl()).header("Accept", "application/json");
        HttpRequest request = settings.runtimeToken()
                .map(token -> plain.header("Authorization", "Bearer " + token))
                .orElse(plain);
        return http.send(request, catalogTimeout, MAX_CATALOG_BYTES).handle(this::catalog);
    }

    private CatalogResponse catalog(HttpResponse response, Throwable failure) {
        if (failure != null) {
            return new CatalogResponse.Failed(reason(failure));
        }
        try {
            return answers.catalog(complete(response));
        } catch (MalformedAnswer malformed) {
            return new CatalogResponse.Failed(malformed.getMessage());
        }
    }

    /**
     * Has a job planned.
     *
     * @throws HookRejection if there is no plan
     */
    Schedule schedule(OptimizerSettings settings, String name, ScheduleRequest request, String bearer) {
        if (bearer.isBlank() || bearer.length() > MAX_BEARER_LENGTH || !HeaderValues.isLegal(bearer)) {
            throw HookRejection.unauthorized("The optimizer needs the token of whoever submits, and this is none");
        }
        // Planning is work: it is asked for once.
        HttpRequest exchange = HttpRequest.post(settings.scheduleUrl(), "application/json", body(name, request))
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + bearer);
        HttpResponse response = await(settings, http.send(exchange, settings.scheduleTimeout(), MAX_SCHEDULE_BYTES));
        try {
            Schedule plan = answers.schedule(complete(response));
            outages.succeeded("The optimizer at " + settings.url());
            return plan;
        } catch (MalformedAnswer malformed) {
            failed(settings, "status " + response.status(), malformed.getMessage());
            throw ABOUT_THE_REQUEST.contains(response.status())
                    ? new HookRejection(
                            response.status(),
                            "The optimizer refused this request with status " + response.status() + ".")
                    : HookRejection.unavailable("The optimizer gave no usable plan; try again later.");
        }
    }

    private byte[] body(String name, ScheduleRequest request) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("graph", request.graph().document());
        members.put("worker_names", request.workerNames());
        members.put("worker_profiles", request.workerProfiles());
        members.put("data_profile_results", request.dataProfileResults().orElse(null));
        members.put("optimizer_type", name);
        try {
            return json.object(members);
        } catch (IllegalArgumentException unwritable) {
            throw new HookRejection(400, "The job holds a text or a number that cannot be sent to the optimizer.");
        }
    }

    private void failed(OptimizerSettings settings, String cause, String detail) {
        outages.failed("The optimizer at " + settings.url() + " gave no plan", cause, detail);
    }

    private HttpResponse await(OptimizerSettings settings, CompletableFuture<HttpResponse> reply) {
        try {
            // Ends at its deadline by itself.
            return reply.get();
        } catch (InterruptedException stop) {
            reply.cancel(true);
            Thread.currentThread().interrupt();
            throw HookRejection.unavailable("The request was interrupted while it was planned.");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof HttpFailure closed && closed.kind() == Kind.CLOSED) {
                throw noLongerAsked();
            }
            String reason = reason(failed.getCause());
            failed(
                    settings,
                    failed.getCause() instanceof HttpFailure known
                            ? known.kind().phrase()
                            : reason,
                    reason);
            throw HookRejection.unavailable("The optimizer is unavailable; try again later.");
        }
    }

    /** This was closed; nobody is to blame. */
    private static HookRejection noLongerAsked() {
        return HookRejection.unavailable("The optimizer is no longer asked; try again shortly.");
    }

    private static byte[] complete(HttpResponse response) throws MalformedAnswer {
        if (response.status() != 200) {
            throw new MalformedAnswer("status " + response.status());
        }
        BoundedContent content = response.body();
        if (content.truncated()) {
            throw new MalformedAnswer("the answer is longer than " + content.bytes().length + " bytes");
        }
        return content.bytes();
    }

    /** Of a TLS failure the kind alone: its message quotes the certificate. */
    private static String reason(Throwable failure) {
        if (failure instanceof HttpFailure known) {
            return known.kind() == Kind.TLS ? known.kind().phrase() : known.getMessage();
        }
        return failure.getClass().getSimpleName();
    }

    /** Ends every exchange; calls that wait for a plan get 503. */
    @Override
    public void close(StopDeadline deadline) {
        http.close(deadline);
    }
}
