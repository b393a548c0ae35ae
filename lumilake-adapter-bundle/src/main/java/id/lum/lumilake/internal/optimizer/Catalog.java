package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.LogSafe;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an optimizer offers.
 *
 * @param names the names, in its own spelling and order; of those that differ in case alone the first
 */
record Catalog(Set<String> names) implements CatalogResponse {
    Catalog {
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Set<String> firsts = new LinkedHashSet<>(names);
        firsts.removeIf(name -> !seen.add(name));
        names = Collections.unmodifiableSet(firsts);
    }

    boolean offers(String name) {
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The names in one line, fit for a log or a stranger. */
    String listed() {
        return names.isEmpty() ? "none" : LogSafe.of(String.join(", ", names));
    }
}
