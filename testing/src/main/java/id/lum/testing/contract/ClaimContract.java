package id.lum.testing.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.testing.Together;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a permission checker promises that lets a principal claim a resource which nobody holds. */
public interface ClaimContract {
    /**
     * The checker, which claims resources of the kind below.
     *
     * @return the same one whenever it is asked during a test
     * @throws Exception to fail the test
     */
    PermissionChecker claimingChecker() throws Exception;

    /**
     * A kind of resource that can be claimed, to be read.
     *
     * @return the kind
     */
    String claimableKind();

    /**
     * Test: asking is not claiming.
     *
     * @throws Exception if it fails
     */
    @Test
    default void aClaimableResourceIsAllowedAndStaysUnclaimed() throws Exception {
        PermissionChecker checker = claimingChecker();
        ResourceRef free = ResourceRef.of(claimableKind(), "free");
        for (String who : new String[] {"ann", "ben"}) {
            PrincipalContext principal = Strangers.principal(who);
            assertDoesNotThrow(() -> checker.require(principal, free, "read"));
            assertTrue(checker.requiresClaim(principal, free, "read"));
            assertFalse(
                    checker.accessibleIds(principal, claimableKind(), "read").contains("free"),
                    "What could be claimed is not listed.");
        }
    }

    /**
     * Test: a claim shuts others out.
     *
     * @throws Exception if it fails
     */
    @Test
    default void whoClaimsFirstHoldsTheResource() throws Exception {
        PermissionChecker checker = claimingChecker();
        ResourceRef free = ResourceRef.of(claimableKind(), "free");
        PrincipalContext ann = Strangers.principal("ann");
        PrincipalContext ben = Strangers.principal("ben");
        Optional<String> receipt = checker.claim(ann, free, "read");
        assertTrue(receipt.isPresent(), "A claim that made a grant gives a receipt.");
        assertEquals(Optional.empty(), checker.claim(ann, free, "read"), "The second claim makes no grant.");
        assertFalse(checker.requiresClaim(ann, free, "read"));
        Rejections.assertRejected(403, "The second claimer asks", () -> checker.require(ben, free, "read"));
        Rejections.assertRejected(403, "The second claimer claims", () -> checker.claim(ben, free, "read"));
    }

    /**
     * Test: a claim can be taken back.
     *
     * @throws Exception if it fails
     */
    @Test
    default void aClaimThatIsUndoneIsOpenToOthersHoweverOftenItIsUndone() throws Exception {
        PermissionChecker checker = claimingChecker();
        ResourceRef free = ResourceRef.of(claimableKind(), "free");
        PrincipalContext ann = Strangers.principal("ann");
        PrincipalContext ben = Strangers.principal("ben");
        String receipt = checker.claim(ann, free, "read").orElseThrow();
        checker.undoClaim(ann, free, receipt);
        checker.undoClaim(ann, free, receipt);
        assertTrue(checker.claim(ben, free, "read").isPresent());
        checker.undoClaim(ann, free, receipt);
        assertFalse(checker.requiresClaim(ben, free, "read"), "The receipt of one removes nothing of another.");
    }

    /**
     * Test: claims are atomic.
     *
     * @throws Exception if it fails
     */
    @Test
    default void ofThoseWhoClaimAtTheSameTimeOneSucceeds() throws Exception {
        PermissionChecker checker = claimingChecker();
        for (int round = 0; round < 5; round++) {
            ResourceRef free = ResourceRef.of(claimableKind(), "free-" + round);
            AtomicInteger claimed = new AtomicInteger();
            Together.run(thread -> {
                try {
                    if (checker.claim(Strangers.principal("claimer-" + thread), free, "read")
                            .isPresent()) {
                        claimed.incrementAndGet();
                    }
                } catch (HookRejection rejection) {
                    assertEquals(403, rejection.status());
                }
            });
            assertEquals(1, claimed.get(), "the claims that succeeded");
        }
    }
}
