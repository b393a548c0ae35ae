package id.lum.core.policy;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Grants;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Grants in a map, keyed {@code kind/id/principal}: a model to decide by, not the store. */
final class MemoryGrants implements Grants {
    private final Map<String, GrantLevel> held = new TreeMap<>();

    MemoryGrants with(String kind, String id, String principal, GrantLevel level) {
        held.put(String.join("/", kind, id, principal), level);
        return this;
    }

    int size() {
        return held.size();
    }

    @Override
    public Optional<GrantLevel> level(String kind, String id, String principalId) {
        return Optional.ofNullable(held.get(String.join("/", kind, id, principalId)));
    }

    @Override
    public Set<String> ids(String kind, String principalId, GrantLevel atLeast) {
        return held.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(kind + "/") && entry.getKey().endsWith("/" + principalId))
                .filter(entry -> entry.getValue().covers(atLeast))
                .map(entry -> entry.getKey().split("/")[1])
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean isClaimable(String kind, String id, String principalId) {
        return held.keySet().stream().noneMatch(key -> key.startsWith(kind + "/" + id + "/"));
    }

    @Override
    public Optional<String> claim(String kind, String id, String principalId, GrantLevel level) {
        if (!isClaimable(kind, id, principalId)) {
            return Optional.empty();
        }
        with(kind, id, principalId, level);
        return Optional.of("claim " + held.size());
    }

    @Override
    public boolean undoClaim(String kind, String id, String principalId, String receipt) {
        return held.remove(String.join("/", kind, id, principalId)) != null;
    }
}
