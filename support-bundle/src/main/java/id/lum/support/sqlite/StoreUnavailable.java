package id.lum.support.sqlite;

/** The store cannot answer or write now: it is closed, or its database failed. Never an answer. */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message what could not be done, for the operator
     * @param cause why
     */
    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * A failure without a cause of its own, such as a closed store.
     *
     * @param message what could not be done, for the operator
     */
    public StoreUnavailable(String message) {
        super(message);
    }
}
