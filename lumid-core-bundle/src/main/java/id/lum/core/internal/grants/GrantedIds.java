package id.lum.core.internal.grants;

import id.lum.core.grants.GrantLevel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The ids of one kind that one principal holds, by level. Never changes. */
record GrantedIds(IdSet readable, IdSet writable) {
    /** Of an id, beside its characters: a reference or two, and the headers of the text. */
    private static final int BYTES_OF_AN_ID = 48;

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

    static GrantedIds of(Set<String> readable, Set<String> writable) {
        IdSet all = of(readable);
        // An owner may write everything that he may read, as a rule; then one set serves both.
        return new GrantedIds(all, readable.size() == writable.size() ? all : of(writable));
    }

    private static IdSet of(Set<String> ids) {
        IdSet set = IdSet.EMPTY;
        for (String id : ids) {
            set = set.with(id);
        }
        return set;
    }

    /**
     * These, with other levels for some ids.
     *
     * @param levels the levels of now, by id; empty where there is no grant
     */
    GrantedIds with(Map<String, Optional<GrantLevel>> levels) {
        IdSet nowReadable = readable;
        IdSet nowWritable = writable;
        for (Map.Entry<String, Optional<GrantLevel>> one : levels.entrySet()) {
            boolean shared = nowReadable == nowWritable;
            String id = one.getKey();
            Optional<GrantLevel> level = one.getValue();
            nowReadable = level.isPresent() ? nowReadable.with(id) : nowReadable.without(id);
            if (shared && !level.equals(Optional.of(GrantLevel.READ))) {
                nowWritable = nowReadable;
            } else {
                nowWritable =
                        level.equals(Optional.of(GrantLevel.WRITE)) ? nowWritable.with(id) : nowWritable.without(id);
            }
        }
        return new GrantedIds(nowReadable, nowWritable);
    }

    /** Characters of text, and as many for the rest as it takes bytes. */
    long weight() {
        return weight(readable) + (writable == readable ? 0 : weight(writable));
    }

    private static long weight(IdSet ids) {
        return ids.characters() + (long) BYTES_OF_AN_ID * ids.size();
    }

    Set<String> atLeast(GrantLevel level) {
        return level == GrantLevel.READ ? readable : writable;
    }
}
