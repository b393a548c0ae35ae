package id.lum.engine.internal;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The claims of one call. Made at every checker, in order; undone in reverse order if one of them does not claim. */
final class ClaimPhase {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimPhase.class);

    private record ClaimedGrant(NextStep.Ask by, String receipt) {}

    private final HookDispatcher dispatcher;
    private final PrincipalContext principal;
    private final ResourceRef resource;
    private final Deque<ClaimedGrant> made = new ArrayDeque<>();

    ClaimPhase(HookDispatcher dispatcher, PrincipalContext principal, ResourceRef resource) {
        this.dispatcher = dispatcher;
        this.principal = principal;
        this.resource = resource;
    }

    /** @return how many checkers there were */
    int claimEverywhere(String action) {
        try {
            return dispatcher.every(
                    HookKinds.PERMISSION,
                    (checker, hook) -> hook.claim(principal, resource, action)
                            .ifPresent(receipt -> made.push(new ClaimedGrant(checker, receipt))));
        } catch (Throwable notClaimed) {
            undoAll();
            throw notClaimed;
        }
    }

    private void undoAll() {
        // A caller whose time is up is interrupted; undoing must not fail because of that.
        boolean interrupted = Thread.interrupted();
        try {
            made.forEach(this::undo);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void undo(ClaimedGrant claim) {
        try {
            dispatcher.askAgain(
                    HookKinds.PERMISSION, claim.by(), hook -> hook.undoClaim(principal, resource, claim.receipt()));
        } catch (HookRejection failure) {
            LOG.error(
                    "{}: the {} granted {} {} to {} for a call that was refused in the end, and could not undo it: {} The "
                            + "grant stays until it is revoked.",
                    dispatcher.registry().label(),
                    claim.by().entry().key(),
                    LogSafe.of(resource.kind()),
                    LogSafe.of(resource.id().orElse("as a whole")),
                    LogSafe.of(principal.principalId()),
                    LogSafe.of(failure.getMessage()));
        }
    }
}
