package id.lum.core.internal.grants;

import id.lum.hooks.HookRejection;
import id.lum.support.lifecycle.Leased;
import id.lum.support.log.LogRateLimiter;
import id.lum.support.sqlite.StoreUnavailable;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The grants that serve now. A call that they cannot answer is a 503. */
final class GrantAccess {
    private static final Logger LOG = LoggerFactory.getLogger(GrantAccess.class);

    private final Leased<Authorization> authorization;
    /** A store may be away for hours, and every call fails meanwhile. */
    private final LogRateLimiter lines = new LogRateLimiter(System::nanoTime, Duration.ofMinutes(1));

    /** @param authorization leased for every call */
    GrantAccess(Leased<Authorization> authorization) {
        this.authorization = authorization;
    }

    /**
     * Puts a question, or makes a change.
     *
     * @param what the call in words, for the log: {@code Cannot ...}
     * @param call gets the policy and the store
     * @return what the call returned
     * @throws HookRejection with 503 if the store cannot answer now; its cause says why
     */
    <T> T call(String what, Function<Authorization, T> call) {
        try {
            return authorization.withResource(call);
        } catch (StoreUnavailable unavailable) {
            // Without a trace: the message says it all.
            if (lines.tryAcquire()) {
                LOG.warn("Cannot {}: {}", what, unavailable.getMessage());
            } else {
                LOG.debug("Cannot {}: {}", what, unavailable.getMessage());
            }
            HookRejection rejection = HookRejection.unavailable("Grants are unavailable");
            rejection.initCause(unavailable);
            throw rejection;
        }
    }
}
