package id.lum.flowmesh.internal.billing;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import java.time.Duration;
import java.util.Optional;

/** Knows whose balance is asked for, and at which e-mail address. */
public interface Payers {

    /**
     * The address of a principal that pays here.
     *
     * @param principal who is submitting
     * @param longest how long to wait while this cannot be told, as during a swap of the core
     * @return the address; empty if the principal belongs to another organisation, or no address is remembered
     * @throws HookRejection with 503 if it cannot be told within that time
     * @throws InterruptedException if the caller is interrupted while it waits
     */
    Optional<String> emailOf(PrincipalContext principal, Duration longest) throws InterruptedException;
}
