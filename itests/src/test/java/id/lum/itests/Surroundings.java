package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeOptimizer;
import id.lum.fakes.FakeRunmesh;
import id.lum.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a container is told by its environment alone: where the others are, with which secrets, and where data goes. */
final class Surroundings implements AutoCloseable {
    static final String BRIDGE_SECRET = "bridge-canary-5501";
    static final String RUNTIME_TOKEN = "runtime-canary-5502";
    static final String CLIENT_SECRET = "client-canary-5503";

    private static final String CLIENT_FILE = "lumid-client";
    private static final String BASIC = "Basic "
            + Base64.getEncoder().encodeToString(("portal:" + CLIENT_SECRET).getBytes(StandardCharsets.US_ASCII));

    private final FakeLumid lumid = FakeLumid.start()
            .issue(
                    "ann-token-canary",
                    "ann",
                    "ann@example.com",
                    "flowmesh:workflows:read",
                    "flowmesh:workflows:write",
                    "lumilake:jobs:read",
                    "lumilake:jobs:write")
            .issue("ben-token-canary", "ben", "ben@example.com", "flowmesh:workflows:write");
    private final FakeRunmesh runmesh = FakeRunmesh.start(BRIDGE_SECRET)
            .balance("ann@example.com", true, "12.50")
            .balance("ben@example.com", false, "0.00");
    private final FakeOptimizer optimizer = FakeOptimizer.start("Greedy");
    private final Path place;
    private final String ownPath;

    /**
     * @param place a folder for the databases and the tokens
     * @param ownPath whose database is named by a variable of its own, {@code FLOWMESH} or {@code LUMILAKE}; the
     *     other's is named by the common one
     */
    Surroundings(Path place, String ownPath) throws IOException {
        this.place = place;
        this.ownPath = ownPath;
        optimizer.demandForCatalog(RUNTIME_TOKEN);
        ShippedFolder.delete(place);
        Files.createDirectories(place);
        Files.writeString(place.resolve("ann"), "ann-token-canary\n");
        Files.writeString(place.resolve("ben"), "ben-token-canary\n");
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "LUM_ID_BASE_URL",
                lumid.url().toString(),
                "LUMID_ORG_ID",
                "acme",
                "RUNMESH_BILLING_BASE_URL",
                runmesh.url().toString(),
                "FLOWMESH_BRIDGE_SECRET",
                BRIDGE_SECRET,
                "LUMID_BALANCE_GUARD",
                "on",
                "LUMILAKE_REMOTE_OPTIMIZER_URL",
                optimizer.url().toString(),
                "LUMILAKE_RUNTIME_TOKEN",
                RUNTIME_TOKEN));
        environment.put("JAVA_OPTS", "-Dlumid.tokens.dir=" + place);
        environment.put(
                "LUMID_" + ownPath + "_ACL_DB_PATH", place.resolve("own.sqlite").toString());
        environment.put("LUMID_ACL_DB_PATH", place.resolve("common.sqlite").toString());
        return environment;
    }

    FakeRunmesh runmesh() {
        return runmesh;
    }

    /** The line that keeps a principal in a variable. */
    String signIn(String name, String host) {
        return name + " = hooks:authenticate " + host + " " + name;
    }

    /** Every variable counts, and so does a secret that is in a file. */
    void allCount(Operator operator) throws Exception {
        bothHostsServe(operator);
        assertThat(place.resolve("own.sqlite")).exists();
        assertThat(place.resolve("common.sqlite")).exists();
        Await.until(
                "the remote optimizer is offered",
                () -> operator.types("lumid:optimizers").contains("Greedy, by " + optimizer.url()));
        assertThat(Set.copyOf(optimizer.catalogAuthorizations())).contains(Optional.of("Bearer " + RUNTIME_TOKEN));
        keepTheClientSecretInAFile(operator);
    }

    /** From the token by guard, checker and registrar to the ledger. */
    private void bothHostsServe(Operator operator) throws Exception {
        assertThat(operator.types(
                        signIn("ann", "flowmesh"),
                        "$ann toString",
                        "hooks:check flowmesh $ann",
                        "hooks:requirekind flowmesh $ann workflow write",
                        "hooks:register flowmesh $ann workflow wf-1",
                        "hooks:require flowmesh $ann workflow wf-1 write",
                        "hooks:emit flowmesh $ann task-1 1.25",
                        signIn("ben", "flowmesh"),
                        "hooks:check flowmesh $ben",
                        "hooks:require flowmesh $ben workflow wf-1 read"))
                .contains("ann (org acme", "402 ", "403 ")
                .doesNotContain("canary");
        assertThat(operator.types(
                        signIn("ann", "lumilake"),
                        "hooks:requirekind lumilake $ann job write",
                        "hooks:register lumilake $ann job job-1",
                        "hooks:ids lumilake $ann job read"))
                .contains("yes", "job-1");
        Await.until(
                "the task is billed",
                () -> "1.25".equals(runmesh.ledger().amounts().get("task-1")));
    }

    private void keepTheClientSecretInAFile(Operator operator) throws Exception {
        Files.writeString(operator.etc().resolve(CLIENT_FILE), CLIENT_SECRET + "\n");
        EditedFile.replace(
                operator.etc().resolve("id.lum.core.cfg"),
                "(?m)^# client.id =\n# .client.secret =$",
                "client.id = portal\n.client.secret = \\$[secret:" + CLIENT_FILE + "]");
        Await.until("lum.id is asked with it", () -> {
            operator.types("lumid:introspectioncacheclear", signIn("ann", "flowmesh"));
            return BASIC.equals(lumid.last().headers().get("authorization"));
        });
    }

    /** What a container wrote that holds a secret; the operator's own file, which does, is not among it. */
    static List<Path> filesWithASecret(Path... folders) throws IOException {
        return filesWith("-canary", folders).stream()
                .filter(file -> !file.endsWith(CLIENT_FILE))
                .toList();
    }

    /** Those of the files in folders, at any depth, that hold this. */
    static List<Path> filesWith(String text, Path... folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                        found.add(file);
                    }
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        lumid.close();
        runmesh.close();
        optimizer.close();
    }
}
