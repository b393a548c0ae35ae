package id.lum.hooks.lumilake;

import org.osgi.annotation.versioning.ProviderType;

/**
 * An optimizer by name, as the composed view hands it to Lumilake. It holds on to no provider: each schedule call finds
 * the provider anew, so a handle outlives every update.
 */
@ProviderType
public interface OptimizerHandle {

    /**
     * The name that was asked for, in the caller's spelling.
     *
     * @return the name
     */
    String name();

    /**
     * Plans a graph with whoever offers the name now.
     *
     * @param request what to plan
     * @param bearer the token of whoever submitted the work
     * @return the plan
     * @throws id.lum.hooks.HookRejection with 400 if nobody offers the name any more, with 503 if the provider failed
     *     or is missed, or as the optimizer rejects
     */
    Schedule schedule(ScheduleRequest request, String bearer);
}
