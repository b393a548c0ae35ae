package id.lum.core.internal.grants;

import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.UnstorableText;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a host listed as live, without what stands for a kind itself. Never changes. */
final class ListedResources {
    private final Map<String, Set<String>> idsByKind = new HashMap<>();

    /** Copies the list, in its caller's thread: it may be large, lazy or changing. */
    ListedResources(Collection<ResourceRef> live) {
        for (ResourceRef resource : live) {
            resource.id().ifPresent(id -> {
                Set<String> ids = idsByKind.computeIfAbsent(resource.kind(), kind -> new HashSet<>());
                // No grant exists on a name that cannot be stored; its kind is listed all the same.
                if (UnstorableText.isStorable(id)) {
                    ids.add(id);
                }
            });
        }
    }

    boolean isEmpty() {
        return idsByKind.isEmpty();
    }

    /** Whether there is at least one resource of that kind. */
    boolean hasKind(String kind) {
        return idsByKind.containsKey(kind);
    }

    boolean contains(String kind, String id) {
        return idsByKind.getOrDefault(kind, Set.of()).contains(id);
    }
}
