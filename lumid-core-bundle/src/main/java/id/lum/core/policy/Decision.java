package id.lum.core.policy;

import id.lum.hooks.LogSafe;
import id.lum.hooks.Refusal;
import java.util.Optional;
import java.util.Set;

/** What a policy says to one question, and why: the facts, of which {@link #sentence} makes words when it is called. */
public sealed interface Decision permits Decision.Allowed, Decision.Claimed, Decision.Denied {

    /**
     * One sentence for an operator, made anew by each call.
     *
     * @return the reason, with the rule, scope or grant that made the decision
     */
    String sentence();

    /**
     * Yes.
     *
     * @param reason which rule allowed it
     * @param action what is to be done
     * @param kind the kind of resource; with a grant or a claim, the kind whose grants decide
     * @param id which resource; absent for the kind as a whole
     * @param basis the scope, or the level of the grant, that allows it
     */
    record Allowed(Reason reason, String action, String kind, Optional<String> id, String basis) implements Decision {
        @Override
        public String sentence() {
            return switch (reason) {
                case ADMIN_SCOPE -> "scope " + LogSafe.of(basis) + " allows everything";
                case KIND_SCOPE -> "scope " + basis + " allows " + action + " on any " + kind;
                case FLEET_SCOPE -> "scope " + basis + " allows " + action + " on every " + kind + " of the fleet";
                case GRANT -> basis + " grant on " + kind + " " + LogSafe.of(id.orElse(""));
                case CLAIM ->
                    "nobody holds " + kind + " " + LogSafe.of(id.orElse("")) + ", so it is claimed with a " + basis
                            + " grant";
            };
        }

        @Override
        public String toString() {
            return reason + ": " + sentence();
        }
    }

    /**
     * Yes, by a grant that was made for this answer.
     *
     * @param decision the decision that took a claim
     * @param receipt what undoes the claim, see {@link PolicyEngine#undoClaim}
     */
    record Claimed(Allowed decision, String receipt) implements Decision {
        @Override
        public String sentence() {
            return decision.sentence();
        }
    }

    /**
     * No.
     *
     * @param refusal which rule refused it, one of {@link #REFUSALS}
     * @param action what was to be done
     * @param kind the kind of resource
     * @param id which resource; absent for the kind as a whole
     * @param principalId who asked
     * @param missing what would allow it: the scope, or the level of a grant; for {@link Refusal#UNSUPPORTED}, what the
     *     policy does not know, {@code kind} or {@code action}; empty for {@link Refusal#ADMIN_ONLY}
     */
    record Denied(Refusal refusal, String action, String kind, Optional<String> id, String principalId, String missing)
            implements Decision {
        /** The reasons that a policy has. */
        public static final Set<Refusal> REFUSALS =
                Set.of(Refusal.SCOPE_REQUIRED, Refusal.ADMIN_ONLY, Refusal.UNSUPPORTED, Refusal.NO_GRANT);

        public Denied {
            if (!REFUSALS.contains(refusal)) {
                throw new IllegalArgumentException("A policy does not deny with the reason " + refusal + ".");
            }
        }

        /** Fit for whoever asked. */
        @Override
        public String sentence() {
            return switch (refusal) {
                case UNSUPPORTED -> "unsupported " + missing + " " + LogSafe.of(missing.equals("kind") ? kind : action);
                case SCOPE_REQUIRED -> attempt() + " requires scope " + missing;
                case ADMIN_ONLY -> attempt() + " is admin-only";
                default ->
                    attempt() + " needs a " + missing + " grant, which " + LogSafe.of(principalId) + " does not hold";
            };
        }

        private String attempt() {
            return action + " on " + id.map(one -> kind + " " + LogSafe.of(one)).orElse("any " + kind);
        }

        @Override
        public String toString() {
            return refusal + ": " + sentence();
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
