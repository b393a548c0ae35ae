package id.lum.itests;

import static org.junit.Assert.assertTrue;

import id.lum.fakes.FakeRunmesh;
import id.lum.hooks.PrincipalContext;
import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.After;
import org.junit.Before;

/** FlowMesh with billing, whose bridge secret is a reference to a file. */
public abstract class ReferenceTestSupport extends FlowmeshTestSupport {
    static final String TOKENS = "id.lum.tokenstore";
    static final String REFERENCE = "FILE://runmesh-bridge";

    /** The bridge secret at first. */
    static final String SECRET = "bridge-of-the-file";

    /** The Runmesh that is billed at; it demands the secret. */
    protected FakeRunmesh runmesh;

    /** The directory of secrets. */
    protected Path secrets;

    private Map<String, Object> shippedTokens;

    @Before
    public void mountTheSecret() throws Exception {
        Await.until("the shipped files are read", () -> read(TOKENS).isPresent());
        shippedTokens = read(TOKENS).orElseThrow();
        runmesh = FakeRunmesh.start(secret()).balance("ann@example.com", true, "12.50");
        secrets = Files.createTempDirectory(data(), "secrets");
        put("runmesh-bridge", secret());
    }

    /** What Runmesh demands at first. */
    protected String secret() {
        return SECRET;
    }

    /** With an outbox of the test's own, also while billing is off: what one test leaves undelivered is no other's. */
    @Override
    protected Map<String, String> flowmesh(Map<String, String> but) {
        return super.flowmesh(with(
                Map.of(
                        "outbox.db.path",
                        database.resolveSibling("outbox.sqlite").toString()),
                but));
    }

    @After
    public void unmountTheSecret() throws Exception {
        try {
            set(FLOWMESH, flowmesh(Map.of()));
            awaitBillingHooks();
        } finally {
            set(TOKENS, shippedTokens);
            runmesh.close();
        }
    }

    /** Puts a secret into a file as platforms do, at one stroke. */
    protected void put(String name, String secret) throws IOException {
        Path next = Files.writeString(data().resolve("next-secret"), secret + "\n");
        Files.move(next, secrets.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Sets the token stores to files in the directory of the test, looked at every second, but for these properties.
     */
    protected void tokens(Map<String, String> but) throws Exception {
        set(
                TOKENS,
                with(
                        Map.of(
                                "allow",
                                "id.lum.flowmesh FILE runmesh-*",
                                "file.root",
                                secrets.toString(),
                                "recheck.seconds",
                                "1"),
                        but));
    }

    /** Sets the adapter to billing with the reference, but for these properties. */
    protected void bill(Map<String, String> but) throws Exception {
        set(FLOWMESH, billed(runmesh, REFERENCE, but));
    }

    /** Until the value of the reference has come the guard can ask nobody. */
    protected void awaitTheSecret() throws Exception {
        PrincipalContext ann = hooks.authenticate("ann-token");
        Await.until("a balance is asked for", () -> status(() -> hooks.checkSubmission(ann)) == 200);
    }

    /** Usage that was emitted for each of these tasks reaches the ledger. */
    protected void assertAllBilled(Set<String> tasks) throws Exception {
        Await.until(
                "every row is billed", () -> runmesh.ledger().amounts().keySet().containsAll(tasks));
    }

    /** Usage that is emitted now reaches the ledger, which demands the right secret. */
    protected void assertBilled(String task) throws Exception {
        hooks.authenticate("ann-token");
        hooks.emit(List.of(row("ann", task, "0.25")));
        Await.until(task + " is billed", () -> runmesh.ledger().amounts().containsKey(task));
    }

    /** Waits until Runmesh has been sent this secret. */
    protected void awaitHeader(String secret) throws Exception {
        Await.until(
                "Runmesh is sent the other secret",
                () -> runmesh.latest().stream()
                        .anyMatch(request -> request.header("x-bridge-secret").equals(Optional.of(secret))));
    }

    /** What is kept of a configuration, if there is one. */
    protected Optional<Map<String, Object>> read(String pid) throws Exception {
        var found = configurations.listConfigurations("(service.pid=" + pid + ")");
        return found == null ? Optional.empty() : Optional.of(asMap(found[0].getProperties()));
    }

    /** What stands in the shell for a command. */
    protected String shell(String command) throws Exception {
        return Shell.run(container, command).strip();
    }

    static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(part + " in: " + text, text.contains(part));
        }
    }

    private static Map<String, Object> asMap(Dictionary<String, Object> properties) {
        Map<String, Object> map = new HashMap<>();
        Collections.list(properties.keys()).forEach(key -> map.put(key, properties.get(key)));
        return map;
    }
}
