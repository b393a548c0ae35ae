package id.lum.demo.internal;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Who owns which resource of a host: nobody, or whoever registered it last. Safe for many threads. Once closed it
 * answers nothing: a plugin that has stopped does not know that somebody is no owner.
 */
final class Owners implements AutoCloseable {
    /** Comparable, because strangers choose ids: a hash table searches keys of equal hash in order. */
    private record Resource(String kind, String id) implements Comparable<Resource> {
        private static final Comparator<Resource> ORDER =
                Comparator.comparing(Resource::kind).thenComparing(Resource::id);

        @Override
        public int compareTo(Resource other) {
            return ORDER.compare(this, other);
        }
    }

    // Without a bound: to forget an owner would be to lock somebody out. The host's deletions keep it small.
    private final Map<Resource, String> owners = new ConcurrentHashMap<>();
    private volatile boolean closed;

    void own(String kind, String id, String principalId) {
        open().put(new Resource(kind, id), principalId);
    }

    void disown(String kind, String id) {
        open().remove(new Resource(kind, id));
    }

    Optional<String> ownerOf(String kind, String id) {
        return Optional.ofNullable(open().get(new Resource(kind, id)));
    }

    Set<String> idsOf(String kind, String principalId) {
        return open().entrySet().stream()
                .filter(owned -> owned.getKey().kind().equals(kind))
                .filter(owned -> owned.getValue().equals(principalId))
                .map(owned -> owned.getKey().id())
                .collect(Collectors.toSet());
    }

    /** @throws HookRejection with 503 once this is closed */
    void requireOpen() {
        if (closed) {
            throw HookRejection.unavailable("The demo plugin has stopped.");
        }
    }

    private Map<Resource, String> open() {
        requireOpen();
        return owners;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** One line for each resource, sorted by kind and id. */
    String describe() {
        return owners.isEmpty()
                ? "Nothing is registered."
                : owners.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(owned -> LogSafe.of(owned.getKey().kind()) + " "
                                + LogSafe.of(owned.getKey().id()) + " -> " + LogSafe.of(owned.getValue()))
                        .collect(Collectors.joining("\n"));
    }
}
