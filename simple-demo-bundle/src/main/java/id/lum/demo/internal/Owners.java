package id.lum.demo.internal;

import id.lum.hooks.Printable;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Who owns which resource of a host: nobody, or whoever registered it last. Safe for many threads. */
final class Owners {
    private record Resource(String kind, String id) {}

    // Without a bound: to forget an owner would be to lock somebody out. The host's deletions keep it small.
    private final Map<Resource, String> owners = new ConcurrentHashMap<>();

    void own(String kind, String id, String principalId) {
        owners.put(new Resource(kind, id), principalId);
    }

    void disown(String kind, String id) {
        owners.remove(new Resource(kind, id));
    }

    Optional<String> ownerOf(String kind, String id) {
        return Optional.ofNullable(owners.get(new Resource(kind, id)));
    }

    Set<String> idsOf(String kind, String principalId) {
        return owners.entrySet().stream()
                .filter(owned -> owned.getKey().kind().equals(kind))
                .filter(owned -> owned.getValue().equals(principalId))
                .map(owned -> owned.getKey().id())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** One line for each resource, sorted by kind and id. */
    String describe() {
        return owners.isEmpty()
                ? "Nothing is registered."
                : owners.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(
                                Comparator.comparing(Resource::kind).thenComparing(Resource::id)))
                        .map(owned -> Printable.of(owned.getKey().kind()) + " "
                                + Printable.of(owned.getKey().id()) + " -> " + Printable.of(owned.getValue()))
                        .collect(Collectors.joining("\n"));
    }
}
