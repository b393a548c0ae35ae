package id.lum.tour.internal;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import org.osgi.framework.BundleContext;

/**
 * What a chapter is told with.
 *
 * @param narrator tells it, and counts
 * @param flowmesh the composed view of host flowmesh
 * @param lumilake the composed view of host lumilake
 * @param acme the composed view of a host of somebody's own
 * @param lumid the lum.id that the tour plays
 * @param runmesh the Runmesh that the tour plays
 * @param optimizer the remote optimizer that the tour plays
 * @param sharing FlowMesh's grants, to be shared with others
 * @param demo the demo plugin's settings
 * @param console the container's shell
 * @param bundles to update them
 */
record Stage(
        Narrator narrator,
        FlowmeshHooks flowmesh,
        LumilakeHooks lumilake,
        HostHooks<?> acme,
        PlayedLumid lumid,
        PlayedRunmesh runmesh,
        PlayedOptimizer optimizer,
        FlowmeshSharing sharing,
        TourSettings demo,
        Console console,
        BundleContext bundles) {}
