package id.lum.core.internal.grants;

import id.lum.core.grants.Sweep;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.UnstorableText;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a host listed as live, without what stands for a kind itself, and what goes because it is not listed. */
final class ListedResources {
    private final Map<String, Set<String>> idsByKind = new HashMap<>();
    private final Sweep sweep;

    /** Copies the list, in its caller's thread: it may be large, lazy or changing. */
    ListedResources(Collection<ResourceRef> live, Sweep sweep) {
        this.sweep = sweep;
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

    /** Whether no grant is to be confirmed or deleted. */
    boolean isWithoutEffect() {
        return idsByKind.isEmpty() && sweep == Sweep.LISTED_KINDS;
    }

    /** Whether a grant on it goes if it is from before the session. */
    boolean sweeps(String kind, String id) {
        return !contains(kind, id) && (sweep == Sweep.EVERY_KIND || idsByKind.containsKey(kind));
    }

    boolean contains(String kind, String id) {
        return idsByKind.getOrDefault(kind, Set.of()).contains(id);
    }
}
