package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.testing.Together;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link ResourceRegistrar} promises, seen through the permission checker of the same plugin. */
public abstract class ResourceRegistrarContract {
    /** For subclasses. */
    protected ResourceRegistrarContract() {}

    /**
     * The registrar to test.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract ResourceRegistrar registrar() throws Exception;

    /**
     * A checker that decides by what the registrar recorded.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract PermissionChecker checker() throws Exception;

    /**
     * A kind of resource that is decided by ownership.
     *
     * @return the kind
     */
    protected abstract String kind();

    /**
     * What an owner may do.
     *
     * @return the action; "read" if not overridden
     */
    protected String action() {
        return "read";
    }

    private static PrincipalContext ann() {
        return Strangers.principal("ann");
    }

    private static PrincipalContext ben() {
        return Strangers.principal("ben");
    }

    private ResourceRef resource(String id) {
        return ResourceRef.of(kind(), id);
    }

    /** Both questions of the checker at once: they must agree. */
    private boolean mayTouch(PrincipalContext principal, String id) throws Exception {
        PermissionChecker checker = checker();
        boolean allowed =
                Rejections.allows(principal + ", " + id, () -> checker.require(principal, resource(id), action()));
        assertEquals(
                allowed,
                checker.accessibleIds(principal, kind(), action()).contains(id),
                "accessibleIds and require disagree about '" + id + "'.");
        return allowed;
    }

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        ResourceRegistrar registrar = registrar();
        return Map.of(
                "register", () -> registrar.register(ann(), resource("r-1")),
                "deregister", () -> registrar.deregister(ann(), resource("r-1")),
                "reconcile", () -> registrar.reconcile(List.of(resource("r-1"))));
    }

    @Test
    void whoRegistersAResourceOwnsItAtOnceHoweverOftenItIsRegistered() throws Exception {
        assertFalse(mayTouch(ann(), "r-1"));
        for (int i = 0; i < 3; i++) {
            registrar().register(ann(), resource("r-1"));
            assertTrue(mayTouch(ann(), "r-1"));
            assertFalse(mayTouch(ben(), "r-1"));
            assertFalse(mayTouch(ann(), "r-2"));
        }
    }

    @Test
    void onADeregisteredResourceNobodyHasRightsWhoeverDeregistersIt() throws Exception {
        registrar().register(ann(), resource("r-1"));
        registrar().register(ann(), resource("r-2"));
        for (int i = 0; i < 3; i++) {
            registrar().deregister(ben(), resource("r-1"));
            assertFalse(mayTouch(ann(), "r-1"));
            assertFalse(mayTouch(ben(), "r-1"));
            assertTrue(mayTouch(ann(), "r-2"), "Another resource stays.");
        }
        registrar().register(ben(), resource("r-1"));
        assertTrue(mayTouch(ben(), "r-1"), "An id can be used again,");
        assertFalse(mayTouch(ann(), "r-1"), "and its last owner gets nothing back.");
    }

    @Test
    void aResourceThatNobodyRegisteredCanBeDeregistered() throws Exception {
        registrar().deregister(ann(), resource("never-registered"));
        assertFalse(mayTouch(ann(), "never-registered"));
    }

    @Test
    void aKindAsAWholeIsNeitherRegisteredNorDeregistered() throws Exception {
        ResourceRef all = ResourceRef.kindLevel(kind());
        PermissionChecker checker = checker();
        boolean before = Rejections.allows("the kind", () -> checker.require(ann(), all, action()));
        registrar().register(ann(), all);
        assertEquals(before, Rejections.allows("the kind", () -> checker.require(ann(), all, action())));
        assertFalse(mayTouch(ann(), "r-1"), "To own a kind is to own nothing.");
        registrar().register(ann(), resource("r-1"));
        registrar().deregister(ann(), all);
        assertTrue(mayTouch(ann(), "r-1"), "The resources of the kind stay.");
    }

    @Test
    void whatWasRegisteredInThisProcessOutlivesEveryReconcile() throws Exception {
        registrar().register(ann(), resource("r-1"));
        registrar().register(ann(), resource("r-2"));
        for (int i = 0; i < 2; i++) {
            registrar().reconcile(List.of(resource("r-1"), resource("r-1"), ResourceRef.kindLevel(kind())));
            registrar().reconcile(List.of());
            assertTrue(mayTouch(ann(), "r-1"), "It was listed.");
            assertTrue(mayTouch(ann(), "r-2"), "It is newer than the list may be.");
            assertFalse(mayTouch(ben(), "r-1"));
        }
        registrar().reconcile(List.of(resource("r-9")));
        assertFalse(mayTouch(ann(), "r-9"), "A list of what is live gives rights to nobody.");
    }

    @Test
    void anOddIdIsOwnedAndLostLikeAnyOther() throws Exception {
        for (String odd : Strangers.TEXTS) {
            try {
                registrar().register(ann(), resource(odd));
            } catch (HookRejection rejection) {
                Rejections.assertFitForStrangers(rejection);
                assertFalse(mayTouch(ann(), odd), "It was rejected, so nothing was recorded.");
                continue;
            }
            assertTrue(mayTouch(ann(), odd), "The owner of '" + odd + "'");
            assertFalse(mayTouch(ben(), odd));
        }
        for (String odd : Strangers.TEXTS) {
            registrar().deregister(ann(), resource(odd));
            assertFalse(mayTouch(ann(), odd));
        }
    }

    @Test
    void absentArgumentsAreAFaultOfTheCaller() throws Exception {
        ResourceRegistrar registrar = registrar();
        Rejections.assertRefusesNull("register: a principal", () -> registrar.register(null, resource("r-1")));
        Rejections.assertRefusesNull("register: a resource", () -> registrar.register(ann(), null));
        Rejections.assertRefusesNull("deregister: a resource", () -> registrar.deregister(ann(), null));
        Rejections.assertRefusesNull("reconcile: a list", () -> registrar.reconcile(null));
        assertFalse(mayTouch(ann(), "r-1"));
    }

    @Test
    void callersAtTheSameTimeLoseNothingOfEachOther() throws Exception {
        ResourceRegistrar registrar = registrar();
        Together.run(thread -> {
            for (int i = 0; i < 10; i++) {
                registrar.register(ann(), resource(thread + "-" + i));
                registrar.register(ann(), resource("shared-" + i));
                if (i % 2 == 1) {
                    registrar.deregister(ann(), resource(thread + "-" + i));
                }
            }
        });
        for (int thread = 0; thread < Together.THREADS; thread++) {
            for (int i = 0; i < 10; i++) {
                assertEquals(i % 2 == 0, mayTouch(ann(), thread + "-" + i));
                assertTrue(mayTouch(ann(), "shared-" + i));
            }
        }
    }
}
