package id.lum.core.policy;

import id.lum.core.grants.GrantLevel;
import id.lum.hooks.LogSafe;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an operator may switch on beyond the table. Immutable.
 *
 * @param fleet by kind, the actions for which the kind's scope alone opens every resource of it: the machines of a
 *     fleet, which everybody may look at who may look at machines. Only actions that need no more than a READ grant
 * @param claimable the kinds whose resources, while no principal holds a grant on them, are granted to the first that
 *     asks
 */
public record PolicyOptions(Map<String, Set<String>> fleet, Set<String> claimable) {
    /** Nothing beyond the table. */
    public static final PolicyOptions NONE = new PolicyOptions(Map.of(), Set.of());

    public PolicyOptions {
        fleet = fleet.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
        claimable = Set.copyOf(claimable);
    }

    boolean isFleet(String kind, String action) {
        return fleet.getOrDefault(kind, Set.of()).contains(action);
    }

    /** @throws IllegalArgumentException if the table gives an option no meaning; the sentence is fit for an operator */
    void checkAgainst(PermissionPolicy policy) {
        fleet.forEach((kind, actions) -> actions.forEach(action -> checkFleet(policy, kind, action)));
        for (String kind : claimable) {
            if (known(policy, kind).parent().isPresent()) {
                throw new IllegalArgumentException(
                        "names " + LogSafe.of(kind) + ", which has no grants of its own to claim");
            }
        }
    }

    private static void checkFleet(PermissionPolicy policy, String kind, String action) {
        KindRule rule = known(policy, kind);
        ActionRule known = policy.action(action)
                .orElseThrow(() -> new IllegalArgumentException("names an unknown action " + LogSafe.of(action)));
        if (!known.needed().equals(Optional.of(GrantLevel.READ))) {
            throw new IllegalArgumentException(
                    "names " + LogSafe.of(action) + ", which changes things and therefore always takes a grant");
        }
        if (!rule.scopes().containsKey(action)) {
            throw new IllegalArgumentException("names " + LogSafe.of(kind) + " and " + LogSafe.of(action)
                    + ", for which there is no scope that could open it");
        }
    }

    private static KindRule known(PermissionPolicy policy, String kind) {
        return policy.kind(kind)
                .orElseThrow(() -> new IllegalArgumentException("names an unknown kind " + LogSafe.of(kind)));
    }
}
