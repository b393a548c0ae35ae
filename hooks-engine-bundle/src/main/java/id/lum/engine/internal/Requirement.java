package id.lum.engine.internal;

import id.lum.hooks.LogSafe;
import java.util.List;
import java.util.Optional;

/** What the setting {@code required} lists: a kind, which means every hook of it that was seen, or one hook by name. */
record Requirement(String kind, Optional<String> name) implements HookPlace {

    /** Reads {@code permission} or {@code permission:lumid}; empty if the kind is unknown or the name is blank. */
    static Optional<Requirement> parse(String word, List<String> kinds) {
        int colon = word.indexOf(':');
        if (colon < 0) {
            return Optional.of(word).filter(kinds::contains).map(kind -> new Requirement(kind, Optional.empty()));
        }
        String name = word.substring(colon + 1).strip();
        return Optional.of(word.substring(0, colon).strip())
                .filter(kind -> kinds.contains(kind) && !name.isEmpty())
                .map(kind -> new Requirement(kind, Optional.of(name)));
    }

    boolean covers(HookKey key) {
        return kind.equals(key.kind()) && name.map(key.name()::equals).orElse(true);
    }

    /** The hook that is required; of any name, if the name is empty. */
    HookKey key() {
        return new HookKey(kind, name.orElse(""));
    }

    @Override
    public String toString() {
        return name.map(one -> kind + " hook " + LogSafe.of(one)).orElse(kind + " hook");
    }
}
