package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.testing.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link PermissionChecker} promises. */
public abstract class PermissionCheckerContract {
    private static final String UNKNOWN = "no-such-thing";

    /** For subclasses. */
    protected PermissionCheckerContract() {}

    /**
     * The checker to test.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    protected abstract PermissionChecker checker() throws Exception;

    /**
     * Makes a principal the owner of a resource, as the registrar of the same plugin does.
     *
     * @param owner who owns it from now on
     * @param resource of the {@link #kind}, with an id
     * @throws Exception to fail the test
     */
    protected abstract void own(PrincipalContext owner, ResourceRef resource) throws Exception;

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

    /**
     * Everything that can be asked for.
     *
     * @return the actions; "read", "write", "cancel" and "admin" if not overridden
     */
    protected List<String> actions() {
        return List.of("read", "write", "cancel", "admin");
    }

    /**
     * Principals for whom the two questions must agree, too: an administrator, say, or the holder of a scope.
     *
     * @return the principals; none if not overridden
     */
    protected List<PrincipalContext> others() {
        return List.of();
    }

    private static PrincipalContext ann() {
        return Strangers.principal("ann");
    }

    private static PrincipalContext ben() {
        return Strangers.principal("ben");
    }

    private ResourceRef owned(String id) throws Exception {
        ResourceRef resource = ResourceRef.of(kind(), id);
        own(ann(), resource);
        return resource;
    }

    private boolean allows(PrincipalContext principal, ResourceRef resource, String action) throws Exception {
        PermissionChecker checker = checker();
        return Rejections.allows(
                principal + ", " + resource + ", " + action, () -> checker.require(principal, resource, action));
    }

    /**
     * See {@link ClosableHook}.
     *
     * @return the calls
     * @throws Exception to fail the test
     */
    public Map<String, Executable> answeredCalls() throws Exception {
        ResourceRef resource = owned("r-1");
        PermissionChecker checker = checker();
        return Map.of(
                "accessibleIds", () -> checker.accessibleIds(ann(), kind(), action()),
                "require", () -> checker.require(ann(), resource, action()),
                "requiresClaim", () -> checker.requiresClaim(ann(), resource, action()));
    }

    @Test
    void anOwnerMayAndAStrangerMayNot() throws Exception {
        ResourceRef resource = owned("r-1");
        for (int i = 0; i < 3; i++) {
            assertTrue(allows(ann(), resource, action()), "The owner may.");
            assertFalse(allows(ben(), resource, action()), "A stranger may not.");
        }
    }

    @Test
    void anIdIsListedExactlyWhenItIsAllowed() throws Exception {
        List<String> ids = List.of("r-1", "r-2", "R-1", "r-1 ", "", "nobodys");
        owned("r-1");
        own(ben(), ResourceRef.of(kind(), "r-2"));
        List<PrincipalContext> asking = new ArrayList<>(List.of(ann(), ben()));
        asking.addAll(others());
        for (PrincipalContext principal : asking) {
            for (String kind : List.of(kind(), UNKNOWN)) {
                for (String action : actions()) {
                    AccessibleIds listed = checker().accessibleIds(principal, kind, action);
                    for (String id : ids) {
                        assertEquals(
                                allows(principal, ResourceRef.of(kind, id), action),
                                listed.contains(id),
                                "accessibleIds and require disagree: " + principal + ", " + kind + " '" + id + "', "
                                        + action);
                    }
                }
            }
        }
    }

    @Test
    void exactlyTheOwnedIdsAreListed() throws Exception {
        owned("r-1");
        owned("r-3");
        own(ben(), ResourceRef.of(kind(), "r-2"));
        assertEquals(AccessibleIds.only(Set.of("r-1", "r-3")), checker().accessibleIds(ann(), kind(), action()));
        assertEquals(
                AccessibleIds.only(Set.of()),
                checker().accessibleIds(Strangers.principal("eve"), kind(), action()),
                "Nothing is owned: that is none, not all.");
    }

    @Test
    void ofAKindThatNobodyKnowsNothingIsListedAndNothingAllowed() throws Exception {
        owned("r-1");
        assertEquals(AccessibleIds.only(Set.of()), checker().accessibleIds(ann(), UNKNOWN, action()));
        assertFalse(allows(ann(), ResourceRef.of(UNKNOWN, "r-1"), action()), "The same id in another kind.");
    }

    @Test
    void aMissingIdIsNotAnEmptyOne() throws Exception {
        boolean before = allows(ann(), ResourceRef.kindLevel(kind()), action());
        owned("");
        assertTrue(allows(ann(), ResourceRef.of(kind(), ""), action()), "The owner of the odd resource may.");
        assertEquals(
                before, allows(ann(), ResourceRef.kindLevel(kind()), action()), "The kind itself is another matter.");
    }

    @Test
    void aRefusalOfAnOddNameIsASentenceOfOneLine() throws Exception {
        for (String odd : Strangers.TEXTS) {
            assertFalse(allows(ben(), ResourceRef.of(kind(), odd), action()), "Nobody owns it.");
            if (!odd.isBlank()) {
                assertFalse(allows(Strangers.principal(odd), ResourceRef.of(kind(), "r-1"), action()), "Owns nothing.");
                assertFalse(allows(ben(), ResourceRef.of(odd, "r-1"), action()), "Nobody knows the kind.");
            }
        }
    }

    @Test
    void aQuestionChangesNothing() throws Exception {
        ResourceRef nobodys = ResourceRef.of(kind(), "nobodys");
        for (PrincipalContext principal : List.of(ann(), ben(), ann())) {
            assertFalse(allows(principal, nobodys, action()), "Nobody owns it.");
            assertFalse(
                    checker().accessibleIds(principal, kind(), action()).contains("nobodys"),
                    "A resource that was only asked for belongs to nobody.");
        }
    }

    @Test
    void requiresClaimAnswersAsRequireDoes() throws Exception {
        ResourceRef resource = owned("r-1");
        PermissionChecker checker = checker();
        assertFalse(checker.requiresClaim(ann(), resource, action()), "An owner has nothing to claim.");
        Rejections.assertRejected(403, "A stranger", () -> checker.requiresClaim(ben(), resource, action()));
        assertTrue(
                checker.claim(ann(), resource, action()).isEmpty(), "An owner's claim makes no grant, so no receipt.");
        assertTrue(allows(ann(), resource, action()));
    }

    @Test
    void absentArgumentsAreAFaultOfTheCaller() throws Exception {
        ResourceRef resource = owned("r-1");
        PermissionChecker checker = checker();
        Rejections.assertRefusesNull("require: a principal", () -> checker.require(null, resource, action()));
        Rejections.assertRefusesNull("require: a resource", () -> checker.require(ann(), null, action()));
        Rejections.assertRefusesNull("accessibleIds: a principal", () -> checker.accessibleIds(null, kind(), action()));
        Rejections.assertRefusesNull("accessibleIds: a kind", () -> checker.accessibleIds(ann(), null, action()));
    }

    @Test
    void callersAtTheSameTimeGetTheSameAnswers() throws Exception {
        ResourceRef resource = owned("r-1");
        PermissionChecker checker = checker();
        Together.run(thread -> {
            for (int i = 0; i < 50; i++) {
                checker.require(ann(), resource, action());
                assertTrue(checker.accessibleIds(ann(), kind(), action()).contains("r-1"));
                try {
                    checker.require(ben(), resource, action());
                    throw new AssertionError("A stranger may not.");
                } catch (HookRejection rejection) {
                    assertEquals(403, rejection.status());
                }
            }
        });
    }
}
