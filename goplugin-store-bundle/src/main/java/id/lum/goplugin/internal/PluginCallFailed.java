package id.lum.goplugin.internal;

import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import io.grpc.Status;
import java.util.Map;

/**
 * A call to a plugin that has no answer. Of what the plugin says about it only the kind is kept, because its words may
 * quote a secret.
 */
final class PluginCallFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /** What authors of stores for configmanager return comes as text alone, somewhere in a chain of texts. */
    private static final Map<String, Reason> ERRORS_OF_CONFIGMANAGER = Map.of(
            "failed to initialize the client", Reason.CLIENT_INITIALIZATION_FAILED,
            "failed to complete the service call", Reason.SERVICE_CALL_FAILED,
            "value retrieved but empty for token", Reason.EMPTY_RESPONSE);

    private final Status.Code code;
    private final Reason reason;

    private PluginCallFailed(Status.Code code, Reason reason) {
        super(reason.sentence() + " (status " + code + ")");
        this.code = code;
        this.reason = reason;
    }

    static PluginCallFailed of(Status status) {
        return new PluginCallFailed(status.getCode(), reasonOf(status));
    }

    private static Reason reasonOf(Status status) {
        return switch (status.getCode()) {
            case UNKNOWN ->
                ERRORS_OF_CONFIGMANAGER.entrySet().stream()
                        .filter(error -> String.valueOf(status.getDescription()).contains(error.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(Reason.RETRIEVAL_FAILED);
            case NOT_FOUND,
                    PERMISSION_DENIED,
                    INVALID_ARGUMENT,
                    OUT_OF_RANGE,
                    FAILED_PRECONDITION,
                    // The value is longer than what is accepted, or a quota of the store is used up.
                    RESOURCE_EXHAUSTED -> Reason.RETRIEVAL_FAILED;
            case UNAUTHENTICATED, UNIMPLEMENTED -> Reason.CLIENT_INITIALIZATION_FAILED;
            default -> Reason.SERVICE_CALL_FAILED;
        };
    }

    Status.Code code() {
        return code;
    }

    Reason reason() {
        return reason;
    }

    /** Whether the process, or the connection to it, may be what failed, and not the store in it. */
    boolean mayBeOfTheProcess() {
        return switch (code) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL -> true;
            default -> false;
        };
    }
}
