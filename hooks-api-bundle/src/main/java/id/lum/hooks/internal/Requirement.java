package id.lum.hooks.internal;

import id.lum.hooks.Printable;
import java.util.Optional;

/** What an operator insists on: a kind, with every hook of it that was ever there, or one hook by name. */
record Requirement(HookKind<?> kind, Optional<String> name) {

    /** Reads {@code permission} or {@code permission:lumid}; empty if the kind is unknown or the name is blank. */
    static Optional<Requirement> parse(String word) {
        int colon = word.indexOf(':');
        if (colon < 0) {
            return HookKind.ofWord(word).map(kind -> new Requirement(kind, Optional.empty()));
        }
        String name = word.substring(colon + 1).strip();
        return HookKind.ofWord(word.substring(0, colon).strip())
                .filter(kind -> !name.isEmpty())
                .map(kind -> new Requirement(kind, Optional.of(name)));
    }

    boolean covers(HookKey key) {
        return kind.equals(key.kind()) && name.map(key.name()::equals).orElse(true);
    }

    @Override
    public String toString() {
        return name.map(one -> kind + " hook " + Printable.of(one)).orElse(kind + " hook");
    }
}
