package id.lum.demo.internal;

/** Says what is wrong with a file of tokens, and where, without a word of what the file holds. */
final class MalformedTokens extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param what the end of the sentence "the file ..." */
    MalformedTokens(String what) {
        super(what);
    }

    static MalformedTokens inEntry(int number, String what) {
        return new MalformedTokens("is wrong in entry " + number + ": " + what);
    }
}
