package id.lum.core.internal.grants;

import static java.util.Objects.requireNonNull;

import id.lum.core.policy.Decision;
import id.lum.core.policy.PolicyEngine;
import id.lum.hooks.AccessibleIds;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;

/**
 * A policy and the grants it decides over, which callers lease as one: no grant is read or claimed under a policy that
 * was configured for another store. Closes the store.
 */
public final class Authorization implements Stoppable {
    private final SqliteGrantStore store;
    // Replaced alone when the store stays. Read once a call, so that a call is decided by one policy.
    private volatile PolicyEngine engine;

    /**
     * A policy over a store.
     *
     * @param engine the policy
     * @param store the grants, closed with this
     */
    public Authorization(PolicyEngine engine, SqliteGrantStore store) {
        this.engine = requireNonNull(engine, "engine");
        this.store = requireNonNull(store, "store");
    }

    /**
     * The policy in force.
     *
     * @return the engine
     */
    public PolicyEngine engine() {
        return engine;
    }

    /**
     * The grants.
     *
     * @return the open store
     */
    public SqliteGrantStore store() {
        return store;
    }

    /**
     * Puts another policy in force over the same store. Calls that begin after this are decided by it.
     *
     * @param next the other policy
     */
    public void replacePolicy(PolicyEngine next) {
        engine = requireNonNull(next, "next");
    }

    /**
     * Decides, see {@link PolicyEngine#decide}. Changes nothing.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @return the decision
     */
    public Decision decide(PrincipalContext principal, ResourceRef resource, String action) {
        return engine.decide(principal, resource, action, store);
    }

    /**
     * Decides and claims where that is needed, see {@link PolicyEngine#claim}.
     *
     * @param principal who is asking
     * @param resource one resource, or a kind
     * @param action what is to be done
     * @return the decision, after the claim
     */
    public Decision claim(PrincipalContext principal, ResourceRef resource, String action) {
        return engine.claim(principal, resource, action, store);
    }

    /**
     * Undoes a claim, see {@link PolicyEngine#undoClaim}.
     *
     * @param principal who claimed
     * @param resource what was claimed
     * @param receipt that of the decision
     * @return whether a grant was removed
     */
    public boolean undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
        return engine.undoClaim(principal, resource, receipt, store);
    }

    /**
     * Lists, see {@link PolicyEngine#accessibleIds}.
     *
     * @param principal who is asking
     * @param kind the kind of resource
     * @param action what is to be done
     * @return every id, or those that grants open
     */
    public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
        return engine.accessibleIds(principal, kind, action, store);
    }

    @Override
    public void close(StopDeadline deadline) {
        store.close(deadline);
    }
}
