package id.lum.core.internal.grants;

import id.lum.core.grants.GrantLevel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The ids of one kind that one principal holds, by level. Never changes. */
record GrantedIds(IdSet readable, IdSet writable) {
    static final GrantedIds NONE = new GrantedIds(IdSet.EMPTY, IdSet.EMPTY);

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

    /**
     * These, with another level for one id.
     *
     * @param level the level of now; empty where there is no grant
     */
    GrantedIds with(String id, Optional<GrantLevel> level) {
        IdSet nowReadable = level.isPresent() ? readable.with(id) : readable.without(id);
        // An owner may write everything that he may read, as a rule; then one set serves both.
        if (readable == writable && !level.equals(Optional.of(GrantLevel.READ))) {
            return new GrantedIds(nowReadable, nowReadable);
        }
        boolean writes = level.equals(Optional.of(GrantLevel.WRITE));
        return new GrantedIds(nowReadable, writes ? writable.with(id) : writable.without(id));
    }

    /**
     * These, with other levels for some ids.
     *
     * @param levels the levels of now, by id; empty where there is no grant
     */
    GrantedIds with(Map<String, Optional<GrantLevel>> levels) {
        GrantedIds now = this;
        for (Map.Entry<String, Optional<GrantLevel>> one : levels.entrySet()) {
            now = now.with(one.getKey(), one.getValue());
        }
        return now;
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
