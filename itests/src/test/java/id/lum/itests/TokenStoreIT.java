package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.testing.Await;
import java.nio.file.Files;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.Test;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** The bridge secret by reference, in the shipped container: it rotates, fails and comes back while hosts call. */
public class TokenStoreIT extends ReferenceTestSupport {
    private static final int ROTATIONS = 5;

    @Test
    public void rotationsReachRunmeshWithoutAFailedCall() throws Exception {
        tokens(Map.of());
        bill(Map.of("balance.guard", "on"));
        awaitBillingHooks("usage", "guard");
        awaitTheSecret();
        Map<Long, String> before = lives();
        try (BillingCallers callers = BillingCallers.start(hooks, runmesh)) {
            callers.flow();
            for (int i = 1; i <= ROTATIONS; i++) {
                String next = SECRET + "-" + i;
                put("runmesh-bridge", next);
                runmesh.secret(next);
                awaitHeader(next);
                callers.flow();
            }
            callers.end();
            assertEquals(List.of(), callers.failures());
            assertAllBilled(callers.acknowledged());
        }
        assertEquals(List.of(), runmesh.violations());
        assertEquals("no hook has come or gone", before, lives());
        assertEquals(REFERENCE, read(FLOWMESH).orElseThrow().get(".bridge.secret"));
    }

    @Test
    public void whatNoRuleAllowsStaysAReferenceAndIsRefusedByItsOwner() throws Exception {
        LogFile log = log();
        tokens(Map.of("allow", "id.lum.flowmesh FILE other-*, id.lum.core FILE *"));
        bill(Map.of());
        Await.until("the reference is refused", () -> log.hasLine("ERROR", FLOWMESH, ".bridge.secret", "reference"));
        assertEquals(Set.of(), withoutUnaskedUsage());
        tokens(Map.of());
        awaitBillingHooks("usage");
        assertBilled("allowed-later");
    }

    @Test
    public void aPathThatLeadsOutOfTheDirectoryIsNotFollowed() throws Exception {
        LogFile log = log();
        Files.writeString(data().resolve("runmesh-outside"), "outside\n");
        Files.createSymbolicLink(secrets.resolve("runmesh-link"), data().resolve("runmesh-outside"));
        tokens(Map.of("allow", "id.lum.flowmesh FILE *"));
        for (String path : List.of("../runmesh-outside", "runmesh-link", data() + "/runmesh-outside", "sub/../x")) {
            log.mark();
            set(FLOWMESH, billed(runmesh, "FILE://" + path, Map.of()));
            Await.until(path + " is refused", () -> log.hasLine("ERROR", FLOWMESH, ".bridge.secret"));
        }
        assertFalse(log.text().contains("outside\n"));
    }

    @Test
    public void theLastGoodSecretStaysWhileTheFileIsAwayOrUnfit() throws Exception {
        tokens(Map.of());
        bill(Map.of());
        awaitBillingHooks("usage");
        assertBilled("before");
        Files.delete(secrets.resolve("runmesh-bridge"));
        assertContains(shell("secrets:recheck") + shell("secrets:stores"), "FILE");
        assertBilled("while the file is away");
        put("runmesh-bridge", "two\nlines");
        shell("secrets:recheck");
        assertBilled("while it cannot stand in a header");
        put("runmesh-bridge", "back again");
        runmesh.secret("back again");
        awaitBillingHooks("usage");
        assertBilled("after");
        awaitHeader("back again");
    }

    @Test
    public void anUpdateOfTheTokenStoresIsNoticedByNobody() throws Exception {
        tokens(Map.of());
        bill(Map.of("balance.guard", "on"));
        awaitBillingHooks("usage", "guard");
        awaitTheSecret();
        Map<Long, String> before = lives();
        try (BillingCallers callers = BillingCallers.start(hooks, runmesh)) {
            for (int i = 0; i < 3; i++) {
                callers.flow();
                bundleNamed(TOKENS).update();
                callers.flow();
                bundleNamed(TOKENS).stop();
                callers.flow();
                bundleNamed(TOKENS).start();
            }
            callers.end();
            assertEquals(List.of(), callers.failures());
        }
        assertEquals(before, lives());
        put("runmesh-bridge", "after the update");
        runmesh.secret("after the update");
        assertBilled("after the update");
        awaitHeader("after the update");
    }

    @Test
    public void aStoreOfSomebodysComesLateIsSlowFailsAndRotates() throws Exception {
        Vault vault = new Vault();
        tokens(Map.of("allow", "id.lum.flowmesh VAULT runmesh___*, id.lum.flowmesh FILE *"));
        set(FLOWMESH, billed(runmesh, "VAULT://runmesh___bridge|secret[version=3]", Map.of()));
        vault.answer = "{\"secret\":\"" + SECRET + "\"}";
        CountDownLatch slow = new CountDownLatch(1);
        vault.wait = slow;
        ServiceRegistration<?> registration = vault.register(0);
        try {
            Await.until("it is asked", () -> !vault.asked.isEmpty());
            assertEquals("runmesh___bridge[version=3]", vault.asked.peek());
            slow.countDown();
            awaitBillingHooks("usage");
            assertBilled("of somebody's store");
            vault.fail = true;
            shell("secrets:recheck");
            assertBilled("while it fails");
            vault.answer = "{\"secret\":\"rotated\"}";
            vault.fail = false;
            runmesh.secret("rotated");
            assertBilled("rotated");
            awaitHeader("rotated");
            // Of two the one with the higher ranking is asked.
            Vault higher = new Vault();
            higher.answer = "{\"secret\":\"of the other\"}";
            runmesh.secret("of the other");
            ServiceRegistration<?> other = higher.register(7);
            try {
                assertBilled("by the other");
            } finally {
                other.unregister();
            }
            runmesh.secret("rotated");
            assertBilled("by the first again");
        } finally {
            registration.unregister();
        }
    }

    @Test
    public void aStoreWithAPrefixThatNoReferenceCanHaveIsRefusedInASentence() throws Exception {
        LogFile log = log();
        tokens(Map.of());
        ServiceRegistration<?> registration = container.registerService(
                TokenStore.class, new Vault(), new Hashtable<>(Map.of(TokenStore.PREFIX, "lower-case")));
        try {
            Await.until("it is refused", () -> log.hasLine("lower-case", "capital letter"));
        } finally {
            registration.unregister();
        }
    }

    @Test
    public void commandsTellStoresAndLengthsAndNoValue() throws Exception {
        tokens(Map.of());
        bill(Map.of());
        awaitBillingHooks("usage");
        assertContains(shell("secrets:stores"), "FILE", TOKENS);
        String tested = shell("secrets:test '" + REFERENCE + "'");
        assertContains(tested, String.valueOf(SECRET.length()), "FILE");
        assertFalse(tested, tested.contains(SECRET));
        String missing = shell("secrets:test 'FILE://nope'");
        assertFalse(missing, missing.contains(String.valueOf(SECRET.length()) + " char"));
        LogFile log = log();
        shell("secrets:recheck");
        Await.until("who did it is logged", () -> log.hasLine(System.getProperty("user.name")));
    }

    @Test
    public void aRefusedConfigurationOfTheTokenStoresLeavesTheLastGoodOneInForce() throws Exception {
        LogFile log = log();
        tokens(Map.of());
        bill(Map.of());
        awaitBillingHooks("usage");
        for (Map<String, String> bad : List.of(
                Map.of("allow", "id.lum.flowmesh FILE"),
                Map.of("allow", "id.lum.tokenstore FILE *"),
                Map.of("recheck.seconds", "never"),
                Map.of("env.names", "A*"),
                Map.of("call.timeout.ms", "0"))) {
            log.mark();
            tokens(with(bad, Map.of()));
            Await.until(
                    bad + " is refused",
                    () -> log.hasLine("ERROR", TOKENS, bad.keySet().iterator().next()));
        }
        put("runmesh-bridge", "rotated all the same");
        runmesh.secret("rotated all the same");
        assertBilled("all the same");
        awaitHeader("rotated all the same");
    }

    private LogFile log() throws Exception {
        return LogFile.from(data().resolve("log").resolve("lumid.log"));
    }

    /** A refused secret at the start of billing leaves a sink that takes rows, which wait. */
    private Set<String> withoutUnaskedUsage() {
        Set<String> kinds = new TreeSet<>(billingHooks());
        kinds.remove("usage");
        return kinds;
    }

    /** A store of somebody's. */
    private final class Vault implements TokenStore {
        private final Queue<String> asked = new ConcurrentLinkedQueue<>();
        private volatile String answer = "";
        private volatile boolean fail;
        private volatile CountDownLatch wait = new CountDownLatch(0);

        ServiceRegistration<?> register(int ranking) {
            return container.registerService(
                    TokenStore.class,
                    this,
                    new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT", Constants.SERVICE_RANKING, ranking)));
        }

        @Override
        public String value(String path, String metadata) throws TokenStoreException {
            asked.add(path + "[" + metadata + "]");
            try {
                wait.await();
            } catch (InterruptedException interrupted) {
                throw new TokenStoreException(Reason.SERVICE_CALL_FAILED, "interrupted");
            }
            if (fail) {
                throw new TokenStoreException(Reason.SERVICE_CALL_FAILED, "as the test says");
            }
            return answer;
        }
    }
}
