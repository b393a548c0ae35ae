package id.lum.traffic;

/** The rules by which lum.id denies, and how each is told from the others: by its status and a word of its sentence. */
public enum DenialRule {
    /** Nobody issued the token, or it has been taken back. */
    UNKNOWN_TOKEN("unknown token", 401, "No identity provider accepted the token"),
    /** Another scope is required. */
    SCOPE_REQUIRED("scope required", 403, "requires scope"),
    /** Only an administrator's scope opens it. */
    ADMIN_ONLY("admin-only", 403, "is admin-only"),
    /** The kind or the action is unknown. */
    UNSUPPORTED("unsupported", 403, "unsupported "),
    /** No grant of sufficient level is held. */
    NO_GRANT("no grant", 403, " grant");

    private final String words;
    private final int status;
    private final String told;

    DenialRule(String words, int status, String told) {
        this.words = words;
        this.status = status;
        this.told = told;
    }

    int status() {
        return status;
    }

    boolean isToldBy(int answered, String sentence) {
        return answered == status && sentence.contains(told);
    }

    /** In words. */
    @Override
    public String toString() {
        return words;
    }
}
