package id.lum.hooks;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One resource of the host, or a kind of resource as a whole. Immutable.
 *
 * <p>Without an id it means the kind as a whole, as in the question "may I create workflows?". A missing id differs
 * from an empty one: {@code of("workflow", "")} is one resource, whose id is the empty text.
 *
 * <p>Refused with an {@link IllegalArgumentException} if the kind is blank.
 *
 * @param kind what sort of resource; not blank
 * @param id the id of the resource; absent for the kind as a whole
 * @param metadata other facts that the host knows; the hooks of this project do not use it
 */
public record ResourceRef(String kind, Optional<String> id, Map<String, String> metadata) {

    public ResourceRef {
        if (requireNonNull(kind, "kind").isBlank()) {
            throw new IllegalArgumentException("A resource needs a kind that is not blank.");
        }
        requireNonNull(id, "id");
        metadata = metadata.isEmpty() ? Map.of() : copyOf(metadata);
    }

    /** In a map of Map.copyOf a lookup takes linear time if many names, chosen by a stranger, have one hash. */
    private static Map<String, String> copyOf(Map<String, String> metadata) {
        Map<String, String> copy = new HashMap<>(metadata);
        copy.forEach((name, value) -> {
            requireNonNull(name, "a name in metadata");
            requireNonNull(value, "a value in metadata");
        });
        return Collections.unmodifiableMap(copy);
    }

    /**
     * One resource.
     *
     * @param kind what sort of resource; not blank
     * @param id which one
     * @return the reference, without metadata
     */
    public static ResourceRef of(String kind, String id) {
        return new ResourceRef(kind, Optional.of(id), Map.of());
    }

    /**
     * The kind itself.
     *
     * @param kind what sort of resource; not blank
     * @return the reference, without metadata
     */
    public static ResourceRef kindLevel(String kind) {
        return new ResourceRef(kind, Optional.empty(), Map.of());
    }

    /**
     * The same resource with other metadata.
     *
     * @param other the metadata
     * @return a copy
     */
    public ResourceRef withMetadata(Map<String, String> other) {
        return new ResourceRef(kind, id, other);
    }

    /**
     * Whether this stands for the kind itself.
     *
     * @return true when there is no id
     */
    public boolean isKindLevel() {
        return id.isEmpty();
    }

    /** One line for logs and rejections: {@code workflow wf-1}, or {@code any workflow}. */
    @Override
    public String toString() {
        return id.map(one -> LogSafe.of(kind) + " " + LogSafe.of(one)).orElseGet(() -> "any " + LogSafe.of(kind));
    }
}
