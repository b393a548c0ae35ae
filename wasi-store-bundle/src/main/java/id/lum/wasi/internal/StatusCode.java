package id.lum.wasi.internal;

import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.Arrays;
import java.util.Optional;

/** What {@code strategy_token_value} returns. */
enum StatusCode {
    OK(0, Reason.SERVICE_CALL_FAILED),
    BUFFER_TOO_SMALL(-1, Reason.SERVICE_CALL_FAILED),
    INVALID_UTF8(-2, Reason.RETRIEVAL_FAILED),
    EMPTY_INPUT(-3, Reason.RETRIEVAL_FAILED),
    INTERNAL(-4, Reason.SERVICE_CALL_FAILED),
    FAILED_UNMARSHAL_MESSAGE(-5, Reason.RETRIEVAL_FAILED),
    INIT_STORE(-6, Reason.CLIENT_INITIALIZATION_FAILED),
    FAILED_VALUE_RETRIEVAL(-7, Reason.RETRIEVAL_FAILED);

    private final int code;
    private final Reason reason;

    StatusCode(int code, Reason reason) {
        this.code = code;
        this.reason = reason;
    }

    static Optional<StatusCode> of(int code) {
        return Arrays.stream(values()).filter(status -> status.code == code).findFirst();
    }

    /** What a caller is told if a call ends with it. */
    Reason reason() {
        return reason;
    }
}
