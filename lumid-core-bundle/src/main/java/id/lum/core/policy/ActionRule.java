package id.lum.core.policy;

import id.lum.core.grants.GrantLevel;
import java.util.Optional;

/**
 * An action that a policy knows, and the grant it takes on a single resource.
 *
 * @param action the action's word
 * @param needed the level of the grant; absent for an action that no grant opens
 */
public record ActionRule(String action, Optional<GrantLevel> needed) {

    /**
     * An action that a grant opens.
     *
     * @param action the action's word
     * @param needed the level it takes
     * @return the rule
     */
    public static ActionRule action(String action, GrantLevel needed) {
        return new ActionRule(action, Optional.of(needed));
    }

    /**
     * An action for administrators, which no grant opens.
     *
     * @param action the action's word
     * @return the rule
     */
    public static ActionRule adminOnly(String action) {
        return new ActionRule(action, Optional.empty());
    }
}
