package id.lum.hooks.lumilake;

import org.osgi.annotation.versioning.ConsumerType;

/** Plans which worker runs what. */
@FunctionalInterface
@ConsumerType
public interface Optimizer {

    /**
     * Plans a graph. Safe to repeat.
     *
     * @param request what to plan
     * @param bearer the token of the submitter of the work, passed on to a remote optimizer and kept nowhere
     * @return the plan
     * @throws id.lum.hooks.HookRejection if it cannot be planned, with 503 if not now
     */
    Schedule schedule(ScheduleRequest request, String bearer);
}
