package id.lum.tour.internal;

import id.lum.core.grants.GrantLevel;
import id.lum.core.policy.Sharing;
import id.lum.hooks.ResourceRef;
import java.util.List;
import java.util.function.Supplier;

/** Shares what somebody has in FlowMesh, as its own user interface would. */
final class FlowmeshSharing {
    private final Supplier<List<Sharing>> sharings;

    /** @param sharings those of FlowMesh that are there now: none while the adapter is away */
    FlowmeshSharing(Supplier<List<Sharing>> sharings) {
        this.sharings = sharings;
    }

    void share(ResourceRef resource, String principalId, GrantLevel level) {
        Sharing now = sharings.get().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("FlowMesh's grants are not there."));
        now.grant(resource, principalId, level);
    }
}
