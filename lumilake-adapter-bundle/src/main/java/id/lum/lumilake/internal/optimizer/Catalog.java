package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.Printable;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What an optimizer offers.
 *
 * @param names the names, in its own spelling and order
 */
record Catalog(Set<String> names) implements CatalogAnswer {
    Catalog {
        names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    boolean offers(String name) {
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The names in one line, fit for a log or a stranger. */
    String listed() {
        return names.isEmpty() ? "none" : Printable.of(String.join(", ", names));
    }
}
