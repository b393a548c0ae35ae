package id.lum.core.grants;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** The ids of one kind that one principal holds, by level. Never changes. */
record HeldIds(Set<String> readable, Set<String> writable) {

    /** Whose ids, and of which kind. */
    record Key(String kind, String principalId) {}

    /**
     * Stands on the caller's sets. They stay hash sets, because the immutable ones of the JDK probe one slot after the
     * other, and ids are chosen by strangers: names of equal hash would make each look-up a walk.
     */
    static HeldIds of(HashSet<String> readable, HashSet<String> writable) {
        Set<String> all = Collections.unmodifiableSet(readable);
        // An owner may write everything that he may read, as a rule; then one set serves both.
        boolean same = readable.size() == writable.size();
        return new HeldIds(all, same ? all : Collections.unmodifiableSet(writable));
    }

    Set<String> atLeast(GrantLevel level) {
        return level == GrantLevel.READ ? readable : writable;
    }

    int weight() {
        return 1 + readable.size();
    }
}
