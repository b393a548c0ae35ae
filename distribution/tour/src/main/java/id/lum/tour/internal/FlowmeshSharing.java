package id.lum.tour.internal;

import id.lum.core.adapter.HostGrants;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantSharing;
import id.lum.hooks.ResourceRef;
import java.util.List;
import java.util.function.Supplier;

/** Shares what somebody has in FlowMesh, as its own user interface would. */
final class FlowmeshSharing {
    private final Supplier<List<HostGrants>> grants;

    /** @param grants those of FlowMesh that are there now: none while the adapter is away */
    FlowmeshSharing(Supplier<List<HostGrants>> grants) {
        this.grants = grants;
    }

    void share(ResourceRef resource, String principalId, GrantLevel level) {
        HostGrants now = grants.get().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("FlowMesh's grants are not there."));
        new GrantSharing(now.store()).grant(resource, principalId, level);
    }
}
