package id.lum.hooks.tokenstore;

/**
 * A token store has no value for a reference, or none now. The reason reaches the log and the operator. The message is
 * logged only for the built-in stores FILE and ENV: the message of a foreign store may quote a secret.
 */
public final class TokenStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, by the names that authors of stores know. */
    public enum Reason {
        /** The store was asked, and has no such value or would not give it. */
        RETRIEVAL_FAILED("the value could not be retrieved"),
        /** The store could not even begin: no credentials, no address, a bad setting of its own. */
        CLIENT_INITIALIZATION_FAILED("the store's client could not be initialized"),
        /** The store answered with nothing. */
        EMPTY_RESPONSE("the store answered with an empty value"),
        /** The service behind the store failed or did not answer. */
        SERVICE_CALL_FAILED("the service behind the store failed");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }

        /**
         * The reason in words.
         *
         * @return the words, without a full stop
         */
        public String sentence() {
            return sentence;
        }
    }

    private final Reason reason;

    /**
     * A failure.
     *
     * @param reason what went wrong
     * @param detail details for the log; it contains neither a value nor metadata
     */
    public TokenStoreException(Reason reason, String detail) {
        super(reason.sentence() + ": " + detail);
        this.reason = reason;
    }

    /**
     * What went wrong.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
