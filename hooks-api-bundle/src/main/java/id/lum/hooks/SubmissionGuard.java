package id.lum.hooks;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides whether a principal may submit work now, for example by a block, a balance or a quota. The work itself is not
 * known.
 *
 * <p>Every guard is asked, in order; the first rejection wins.
 */
@FunctionalInterface
@ConsumerType
public interface SubmissionGuard {

    /**
     * Returns if the principal may submit. Safe to repeat.
     *
     * @param principal who is submitting
     * @throws HookRejection if the principal may not submit, usually with 402 or 403, or with 503 if the guard cannot
     *     tell now
     */
    void check(PrincipalContext principal);
}
