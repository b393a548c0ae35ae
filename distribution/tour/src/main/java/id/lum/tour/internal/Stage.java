package id.lum.tour.internal;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import org.osgi.framework.BundleContext;

/**
 * What a chapter is told with.
 *
 * @param narrator tells it, and counts
 * @param flowmesh the composed view of host flowmesh
 * @param lumilake the composed view of host lumilake
 * @param lumid the lum.id that the tour plays
 * @param runmesh the Runmesh that the tour plays
 * @param sharing FlowMesh's grants, to be shared with others
 * @param demo the demo plugin's settings
 * @param console the container's shell
 * @param bundles to update them
 */
record Stage(
        Narrator narrator,
        FlowmeshHooks flowmesh,
        LumilakeHooks lumilake,
        PlayedLumid lumid,
        PlayedRunmesh runmesh,
        FlowmeshSharing sharing,
        DemoSettings demo,
        Console console,
        BundleContext bundles) {}
