package id.lum.hooks;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The ids on which a principal may do an action: every id, or exactly the listed ones. An empty set of ids means none,
 * never every id.
 */
public final class AccessibleIds {
    private static final AccessibleIds ALL = new AccessibleIds(Optional.empty());

    private final Optional<Set<String>> ids;

    private AccessibleIds(Optional<Set<String>> ids) {
        this.ids = ids;
    }

    /**
     * Every id: the host applies no filter.
     *
     * @return the value
     */
    public static AccessibleIds all() {
        return ALL;
    }

    /**
     * Exactly these. The set is copied.
     *
     * @param ids the ids, maybe none
     * @return the value
     */
    public static AccessibleIds only(Set<String> ids) {
        // Not Set.copyOf: in it a lookup takes linear time if many ids, chosen by a stranger, have one hash.
        Set<String> copy = new HashSet<>(ids);
        if (copy.contains(null)) {
            throw new NullPointerException("an id");
        }
        return new AccessibleIds(Optional.of(copy));
    }

    /**
     * Exactly these ids. The set is used as it is, not copied.
     *
     * @param snapshot a set that never changes again
     * @return the value
     */
    public static AccessibleIds onSnapshot(Set<String> snapshot) {
        return new AccessibleIds(Optional.of(requireNonNull(snapshot, "snapshot")));
    }

    /**
     * Whether there is no filter.
     *
     * @return true for every id
     */
    public boolean isAll() {
        return ids.isEmpty();
    }

    /**
     * Whether an id is accessible. Copies nothing.
     *
     * @param id the id
     * @return true if there is no filter or the id is one of these
     */
    public boolean contains(String id) {
        requireNonNull(id, "id");
        return ids.map(these -> these.contains(id)).orElse(true);
    }

    /**
     * The ids, to be listed.
     *
     * @return an unmodifiable set; absent when there is no filter
     */
    public Optional<Set<String>> ids() {
        return ids.map(java.util.Collections::unmodifiableSet);
    }

    /**
     * What both allow.
     *
     * @param other the other value
     * @return every id only if both are; otherwise exactly the ids in both
     */
    public AccessibleIds intersect(AccessibleIds other) {
        requireNonNull(other, "other");
        if (isAll() || this == other) {
            return other;
        }
        if (other.isAll()) {
            return this;
        }
        Set<String> here = ids.get();
        Set<String> there = other.ids.get();
        Set<String> smaller = here.size() <= there.size() ? here : there;
        Set<String> larger = smaller == here ? there : here;
        Set<String> both = new HashSet<>();
        smaller.stream().filter(larger::contains).forEach(both::add);
        return new AccessibleIds(Optional.of(both));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccessibleIds that && ids.equals(that.ids);
    }

    @Override
    public int hashCode() {
        return ids.hashCode();
    }

    /** {@code every id}, or how many; the ids themselves may be a million. */
    @Override
    public String toString() {
        return ids.map(these -> these.size() + " ids").orElse("every id");
    }
}
