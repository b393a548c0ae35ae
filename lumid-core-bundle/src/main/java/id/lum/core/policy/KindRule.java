package id.lum.core.policy;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A kind of resource that a policy knows: one row of the table. Immutable.
 *
 * @param kind the kind's word
 * @param scopes the scope that an action on the kind as a whole takes, by action; an action that is missing is for
 *     administrators
 * @param parent the kind whose grants decide, if not this kind's own; the id is the same
 */
public record KindRule(String kind, Map<String, String> scopes, Optional<String> parent) {

    public KindRule {
        scopes = Map.copyOf(scopes);
    }

    /**
     * A kind on which nothing but a grant or an administrator's scope opens anything.
     *
     * @param kind the kind's word
     * @return the row
     */
    public static KindRule kind(String kind) {
        return new KindRule(kind, Map.of(), Optional.empty());
    }

    /**
     * The same row, where a scope opens an action on the kind as a whole.
     *
     * @param action the action's word
     * @param scope the scope
     * @return a copy
     */
    public KindRule with(String action, String scope) {
        Map<String, String> more = new TreeMap<>(scopes);
        more.put(action, scope);
        return new KindRule(kind, more, parent);
    }

    /**
     * The same row for {@code read}.
     *
     * @param scope the scope
     * @return a copy
     */
    public KindRule read(String scope) {
        return with("read", scope);
    }

    /**
     * The same row for {@code write}.
     *
     * @param scope the scope
     * @return a copy
     */
    public KindRule write(String scope) {
        return with("write", scope);
    }

    /**
     * The same row for {@code cancel}.
     *
     * @param scope the scope
     * @return a copy
     */
    public KindRule cancel(String scope) {
        return with("cancel", scope);
    }

    /**
     * The same row, decided by the grants of another kind.
     *
     * @param parentKind the other kind
     * @return a copy
     */
    public KindRule inheritsGrantsOf(String parentKind) {
        return new KindRule(kind, scopes, Optional.of(parentKind));
    }

    /** The scope that an action on the kind as a whole takes. */
    Optional<String> scope(String action) {
        return Optional.ofNullable(scopes.get(action));
    }

    /** The kind whose grants decide: the parent, or this kind. */
    String grantKind() {
        return parent.orElse(kind);
    }
}
