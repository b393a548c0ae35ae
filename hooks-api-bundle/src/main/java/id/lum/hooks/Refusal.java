package id.lum.hooks;

/**
 * Why a hook said no, for programs: for counters, audit lines and answers in another protocol. People read the sentence
 * of the {@link HookRejection}. Each reason goes with the HTTP statuses that its comment names.
 *
 * <p>A later version may add reasons. A program that compares them therefore needs a default.
 */
public enum Refusal {
    /** 401: no provider knows the token, or the one that knows it refuses it. */
    UNAUTHENTICATED(401, 401),
    /** 402: the principal cannot pay. */
    PAYMENT_REQUIRED(402, 402),
    /** 403: the principal needs a scope that it does not hold. The sentence names the scope. */
    SCOPE_REQUIRED(403, 403),
    /** 403: only an administrator may do this. */
    ADMIN_ONLY(403, 403),
    /** 403: the kind of resource or the action is unknown. */
    UNSUPPORTED(403, 403),
    /** 403: the principal neither owns the resource nor holds a sufficient grant on it. */
    NO_GRANT(403, 403),
    /** 403: an operator has blocked the principal. */
    BLOCKED(403, 403),
    /** 400 to 499: the request itself is wrong, such as a name that nothing has or a text that cannot be stored. */
    INVALID_REQUEST(400, 499),
    /** 503: the hook cannot tell now. The caller may repeat the call. */
    UNAVAILABLE(503, 503),
    /** 400 to 599 without 503: a reason that has no word here. */
    OTHER(400, 599);

    private final int lowest;
    private final int highest;

    Refusal(int lowest, int highest) {
        this.lowest = lowest;
        this.highest = highest;
    }

    /** The reason that a status alone tells. */
    static Refusal of(int status) {
        return switch (status) {
            case 400, 413, 422 -> INVALID_REQUEST;
            case 401 -> UNAUTHENTICATED;
            case 402 -> PAYMENT_REQUIRED;
            case 503 -> UNAVAILABLE;
            default -> OTHER;
        };
    }

    boolean goesWith(int status) {
        return lowest <= status && status <= highest && (status == 503) == (this == UNAVAILABLE);
    }
}
