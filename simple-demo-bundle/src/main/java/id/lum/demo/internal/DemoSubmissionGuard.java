package id.lum.demo.internal;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.SubmissionGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps principals on the block list from submitting. */
final class DemoSubmissionGuard implements SubmissionGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DemoSubmissionGuard.class);

    private final String host;
    private final RulesInForce rules;

    DemoSubmissionGuard(String host, RulesInForce rules) {
        this.host = host;
        this.rules = rules;
    }

    @Override
    public void check(PrincipalContext principal) {
        boolean blocked = rules.now().blockedPrincipals().contains(principal.principalId());
        String who = LogSafe.of(principal.principalId());
        LOG.info("{}: {} {}.", host, who, blocked ? "is blocked from submitting" : "may submit");
        if (blocked) {
            throw HookRejection.forbidden(
                    Refusal.BLOCKED, "Principal " + who + " is blocked from submitting work on this server.");
        }
    }
}
