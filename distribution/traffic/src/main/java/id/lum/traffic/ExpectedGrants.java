package id.lum.traffic;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** What the callers have registered, and in which files. Each resource is one caller's; the map is everybody's. */
final class ExpectedGrants {
    private final Map<String, GrantLocations> resources = new ConcurrentHashMap<>();

    GrantLocations of(String id) {
        return resources.computeIfAbsent(id, first -> new GrantLocations());
    }

    Set<String> surelyIn(String file) {
        return where(whereabouts -> whereabouts.isSurelyIn(file));
    }

    Set<String> possiblyIn(String file) {
        return where(whereabouts -> whereabouts.mayBeIn(Set.of(file)));
    }

    /** Of what is surely gone everywhere nobody will ask any more. */
    void forgetIfNowhere(String id) {
        if (of(id).isNowhere()) {
            resources.remove(id);
        }
    }

    private Set<String> where(Predicate<GrantLocations> condition) {
        return resources.entrySet().stream()
                .filter(entry -> condition.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(toUnmodifiableSet());
    }
}
