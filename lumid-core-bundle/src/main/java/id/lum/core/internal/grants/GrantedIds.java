package id.lum.core.internal.grants;

import id.lum.core.grants.GrantLevel;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * The ids of one kind that one principal holds, by level. Never changes.
 *
 * @param weight how many entries of usual length take as much memory
 */
record GrantedIds(Set<String> readable, Set<String> writable, int weight) {

    /** Whose ids, and of which kind. Comparable as {@link GrantKey} is. */
    record Key(String kind, String principalId) implements Comparable<Key> {
        int characters() {
            return kind.length() + principalId.length();
        }

        @Override
        public int compareTo(Key other) {
            int byPrincipal = principalId.compareTo(other.principalId);
            return byPrincipal != 0 ? byPrincipal : kind.compareTo(other.kind);
        }
    }

    /**
     * Stands on the caller's sets. They stay hash sets, because the immutable ones of the JDK probe one slot after the
     * other, and ids are chosen by strangers: names of equal hash would make each look-up a walk.
     */
    static GrantedIds of(HashSet<String> readable, HashSet<String> writable) {
        Set<String> all = Collections.unmodifiableSet(readable);
        // An owner may write everything that he may read, as a rule; then one set serves both.
        boolean same = readable.size() == writable.size();
        long weight = 0;
        for (String id : readable) {
            weight += GrantCache.weight(id.length());
        }
        return new GrantedIds(
                all, same ? all : Collections.unmodifiableSet(writable), (int) Math.min(weight, Integer.MAX_VALUE / 2));
    }

    Set<String> atLeast(GrantLevel level) {
        return level == GrantLevel.READ ? readable : writable;
    }
}
