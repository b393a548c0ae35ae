package id.lum.core.policy;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Who may do what, as a table. Immutable, and checked when it is built: whatever makes no sense stops the construction,
 * never a request.
 */
public final class PermissionPolicy {
    private final Set<String> adminScopes;
    private final Map<String, ActionRule> actions;
    private final Map<String, KindRule> kinds;

    private PermissionPolicy(Set<String> adminScopes, List<ActionRule> actions, List<KindRule> kinds) {
        this.adminScopes = Set.copyOf(adminScopes);
        this.actions = byName(actions, ActionRule::action, "action");
        this.kinds = byName(kinds, KindRule::kind, "kind");
        this.adminScopes.forEach(scope -> requireText(scope, "administrator's scope"));
        this.kinds.values().forEach(this::check);
    }

    /**
     * @param adminScopes the scopes any of which allows everything
     * @param actions the actions that are known
     * @param kinds the kinds that are known
     * @return the policy
     * @throws IllegalArgumentException if a word is blank or stands twice, a scope is given for an unknown action, or a
     *     kind inherits the grants of an unknown one, of itself, or of one that inherits them itself
     */
    public static PermissionPolicy of(Set<String> adminScopes, List<ActionRule> actions, List<KindRule> kinds) {
        return new PermissionPolicy(adminScopes, actions, kinds);
    }

    Set<String> adminScopes() {
        return adminScopes;
    }

    Optional<KindRule> kind(String word) {
        return Optional.ofNullable(kinds.get(word));
    }

    /** The kinds that have grants of their own, in order. */
    Set<String> kindsWithGrants() {
        return kinds.values().stream()
                .filter(rule -> rule.parent().isEmpty())
                .map(KindRule::kind)
                .collect(toCollection(TreeSet::new));
    }

    Optional<ActionRule> action(String word) {
        return Optional.ofNullable(actions.get(word));
    }

    private void check(KindRule rule) {
        rule.scopes().forEach((action, scope) -> {
            requireText(scope, "scope of kind " + rule.kind());
            if (!actions.containsKey(action)) {
                throw new IllegalArgumentException("Kind " + rule.kind() + " has a scope for action " + action
                        + ", which the policy does not know.");
            }
        });
        rule.parent().ifPresent(parent -> {
            KindRule known = kind(parent)
                    .orElseThrow(() -> new IllegalArgumentException("Kind " + rule.kind() + " inherits the grants of "
                            + parent + ", which the policy does not know."));
            if (known.parent().isPresent() || parent.equals(rule.kind())) {
                throw new IllegalArgumentException(
                        "Kind " + rule.kind() + " inherits the grants of " + parent + ", which has none of its own.");
            }
        });
    }

    private static <T> Map<String, T> byName(List<T> rules, Function<T, String> name, String what) {
        Set<String> seen = new HashSet<>();
        for (T rule : rules) {
            requireText(name.apply(rule), what);
            if (!seen.add(name.apply(rule))) {
                throw new IllegalArgumentException("The policy has " + what + " " + name.apply(rule) + " twice.");
            }
        }
        return rules.stream().collect(toUnmodifiableMap(name, Function.identity()));
    }

    private static void requireText(String text, String what) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The policy has a blank " + what + ".");
        }
    }
}
