package id.lum.tokenstore.internal;

/** What comes of a question for a secret, or for a part of one. */
sealed interface StoreAnswer {
    /** @param text not empty */
    record Value(String text) implements StoreAnswer {
        @Override
        public String toString() {
            return "a value";
        }
    }

    /** @param sentence why there is no value: fit for a log, without a full stop, without path and foreign message */
    record Failed(String sentence) implements StoreAnswer {}
}
