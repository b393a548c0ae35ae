package id.lum.hooks.lumilake;

/**
 * An optimizer by name. It keeps no provider: each schedule call finds the provider anew, so a handle outlives every
 * update.
 */
public final class OptimizerHandle {
    private final LumilakeHooks hooks;
    private final String name;

    OptimizerHandle(LumilakeHooks hooks, String name) {
        this.hooks = hooks;
        this.name = name;
    }

    /**
     * The name that was asked for, in the caller's spelling.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Plans a graph with the first provider that offers the name now.
     *
     * @param request what to plan
     * @param bearer the token of the submitter of the work
     * @return the plan
     * @throws id.lum.hooks.HookRejection with 400 if no provider offers the name any more, with 503 if the provider
     *     failed or is unavailable, or as the optimizer rejects
     */
    public Schedule schedule(ScheduleRequest request, String bearer) {
        return hooks.schedule(name, request, bearer);
    }
}
