package id.lum.core.internal.grants;

import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.UnstorableText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a host listed as live, by kind, without what stands for a kind itself. */
final class ListedResources {
    private final Map<String, List<String>> idsByKind = new TreeMap<>();

    /** Copies the list, in its caller's thread: it may be large, lazy or changing, and the writer serves others too. */
    ListedResources(Collection<ResourceRef> live) {
        for (ResourceRef resource : live) {
            resource.id().ifPresent(id -> {
                List<String> ids = idsByKind.computeIfAbsent(resource.kind(), kind -> new ArrayList<>());
                // No grant exists on a name that cannot be stored; its kind is listed all the same.
                if (UnstorableText.isStorable(id)) {
                    ids.add(id);
                }
            });
        }
        // SQLite fills a sorted table several times faster than one in random order.
        idsByKind.values().forEach(ids -> ids.sort(null));
    }

    /** The kinds with at least one listed resource. */
    Set<String> kinds() {
        return idsByKind.keySet();
    }

    List<String> ids(String kind) {
        return idsByKind.get(kind);
    }
}
