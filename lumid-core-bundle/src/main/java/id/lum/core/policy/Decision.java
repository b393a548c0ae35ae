package id.lum.core.policy;

import id.lum.hooks.Refusal;
import java.util.Set;

/** What a policy says to one question, and why. */
public sealed interface Decision permits Decision.Allowed, Decision.Claimed, Decision.Denied {

    /**
     * One sentence for an operator.
     *
     * @return the reason, with the rule, scope or grant that made the decision
     */
    String sentence();

    /**
     * Yes.
     *
     * @param reason which rule allowed it
     * @param sentence the reason in words
     */
    record Allowed(Reason reason, String sentence) implements Decision {}

    /**
     * Yes, by a grant that was made for this answer.
     *
     * @param sentence the reason in words
     * @param receipt what undoes the claim, see {@link PolicyEngine#undoClaim}
     */
    record Claimed(String sentence, String receipt) implements Decision {}

    /**
     * No.
     *
     * @param refusal which rule refused it, one of {@link #REFUSALS}
     * @param sentence the reason in words, fit for whoever asked
     */
    record Denied(Refusal refusal, String sentence) implements Decision {
        /** The reasons that a policy has. */
        public static final Set<Refusal> REFUSALS =
                Set.of(Refusal.SCOPE_REQUIRED, Refusal.ADMIN_ONLY, Refusal.UNSUPPORTED, Refusal.NO_GRANT);

        public Denied {
            if (!REFUSALS.contains(refusal)) {
                throw new IllegalArgumentException("A policy does not deny with the reason " + refusal + ".");
            }
        }
    }

    /** The rules that allow. */
    enum Reason {
        /** A scope that allows everything is held. */
        ADMIN_SCOPE,
        /** The scope for the kind as a whole is held. */
        KIND_SCOPE,
        /** The kind is a fleet, and the scope for the kind as a whole is held. */
        FLEET_SCOPE,
        /** A grant of sufficient level is held. */
        GRANT,
        /** Nobody holds a grant, and the kind is claimable: the caller may, once the claim is made. */
        CLAIM
    }
}
