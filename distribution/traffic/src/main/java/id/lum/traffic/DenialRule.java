package id.lum.traffic;

import id.lum.hooks.Refusal;
import java.util.Optional;

/**
 * The rules by which lum.id denies, and how each is told from the others: by its status, its reason, and words of its
 * sentence.
 */
public enum DenialRule {
    /** Nobody issued the token, or it has been taken back. */
    UNKNOWN_TOKEN("unknown token", 401, Refusal.UNAUTHENTICATED, "No identity provider accepted the token"),
    /** Another scope is required. */
    SCOPE_REQUIRED("scope required", 403, Refusal.SCOPE_REQUIRED, "requires scope"),
    /** Only an administrator's scope opens it. */
    ADMIN_ONLY("admin-only", 403, Refusal.ADMIN_ONLY, "is admin-only"),
    /** The kind or the action is unknown. */
    UNSUPPORTED("unsupported", 403, Refusal.UNSUPPORTED, "unsupported "),
    /** No grant of sufficient level is held. */
    NO_GRANT("no grant", 403, Refusal.NO_GRANT, " grant");

    private final String words;
    private final int status;
    private final Refusal refusal;
    private final String told;

    DenialRule(String words, int status, Refusal refusal, String told) {
        this.words = words;
        this.status = status;
        this.refusal = refusal;
        this.told = told;
    }

    int status() {
        return status;
    }

    boolean isToldBy(AnswerChecker.Answer answer) {
        return answer.status() == status
                && answer.refusal().equals(Optional.of(refusal))
                && answer.sentence().contains(told);
    }

    /** In words. */
    @Override
    public String toString() {
        return words;
    }
}
