package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** FlowMesh by lum.id as an operator sees it, in the shell of the shipped container and across a restart of it. */
class FlowmeshShellTest {
    private final FakeLumid lumid = FakeLumid.start()
            .issue("ann-token-canary", "ann", "ann@example.com", "flowmesh:workflows:read", "flowmesh:workflows:write")
            .issue("ben-token-canary", "ben", "ben@example.com", "flowmesh:workflows:read");
    private Path home;

    @BeforeEach
    void pointItAtALumid(TestInfo test) throws IOException {
        home = ShippedFolder.copy(test.getTestMethod().orElseThrow().getName()).home();
        Path etc = home.resolve("etc");
        replace(etc.resolve("id.lum.core.cfg"), "default=https://lum.id", "default=" + lumid.url());
        Path tokens = Files.createDirectories(home.resolve("data/lumid/tokens"));
        Files.writeString(tokens.resolve("ann"), "ann-token-canary\n");
        Files.writeString(tokens.resolve("ben"), "ben-token-canary\n");
    }

    @AfterEach
    void stop() {
        lumid.close();
    }

    @Test
    void grantsAreSharedExplainedAndStillThereAfterARestart() throws Exception {
        try (Lumid container = Lumid.start(home, command -> command.directory(home.toFile()))) {
            signIn(container);
            assertThat(container.type("hooks:register flowmesh $ann workflow wf-1"))
                    .contains("yes");
            assertThat(container.type("hooks:require flowmesh $ben workflow wf-1 read"))
                    .contains("403 read on workflow wf-1");
            assertThat(container.type("lumid:explain flowmesh $ben read workflow wf-1"))
                    .contains("denied, NO_GRANT");
            assertThat(container.type("lumid:share flowmesh workflow wf-1 ben read"))
                    .contains("granted");
            assertThat(container.type("lumid:explain flowmesh $ben read workflow wf-1"))
                    .contains("allowed, GRANT: READ grant on workflow wf-1");
            assertThat(container.type("lumid:explain flowmesh $ann write workflow"))
                    .contains("allowed, KIND_SCOPE: scope flowmesh:workflows:write");
            assertThat(container.type("lumid:share flowmesh result t-1 ben read"))
                    .contains("Kind result has no grants of its own: it is decided by the task of the same id.");
            assertThat(container.type("lumid:share flowmesh galaxy g-1 ben read"))
                    .contains("KIND must be one of node, system, task, worker, workflow.");
            assertThat(container.type("lumid:share flowmesh workflow wf-1 ben much"))
                    .contains("LEVEL must be read or write");
            assertThat(container.type("lumid:store flowmesh")).contains("commits                       2");
            assertThat(container.type("lumid:grantcacheclear flowmesh")).contains("cleared");
            assertThat(container.type("lumid:introspection")).contains("answers in the cache           2");
            assertThat(container.type("lumid:introspectioncacheclear")).contains("2 answers cleared");
            assertThat(container.type("lumid:grants acme"))
                    .contains("There is no open grant store for host acme; there are: [flowmesh, lumilake]");
            assertThat(container.type("lumid:grants lumilake")).contains("no grant");
            assertThat(container.type("lumid:explain lumilake $ann read workflow"))
                    .contains("denied, UNSUPPORTED");
            assertThat(container.type("lumid:optimizers")).contains("optimizer.url is empty");
            assertThat(container.type("lumid:refresh")).contains("optimizer.url is empty");
            container.send("exit 0");
            assertThat(container.exit()).isZero();
        }
        try (Stream<Path> files = Files.list(home.resolve("data/lumid"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("after a clean stop the database is one file")
                    .containsExactlyInAnyOrder(
                            "flowmesh-acl.sqlite",
                            "flowmesh-acl.sqlite.lock",
                            "lumilake-acl.sqlite",
                            "lumilake-acl.sqlite.lock",
                            "tokens");
        }
        try (Lumid container = Lumid.start(home, command -> command.directory(home.toFile()))) {
            signIn(container);
            assertThat(container.type("lumid:grants flowmesh workflow wf-1"))
                    .contains("workflow wf-1: ann WRITE", "workflow wf-1: ben READ");
            assertThat(container.type("lumid:grants flowmesh ann"))
                    .contains("ann WRITE")
                    .doesNotContain("ben");
            assertThat(container.type("hooks:require flowmesh $ben workflow wf-1 read"))
                    .contains("yes");
            assertThat(container.type("lumid:revoke flowmesh workflow wf-1 ben"))
                    .contains("revoked");
            assertThat(container.type("lumid:revoke flowmesh workflow wf-1 ben"))
                    .contains("there was no such grant");
            assertThat(container.type("hooks:require flowmesh $ben workflow wf-1 read"))
                    .contains("403 ");
            assertThat(container.text() + Files.readString(home.resolve("data/log/lumid.log")))
                    .contains(System.getProperty("user.name") + " revoked workflow wf-1 from ben")
                    .doesNotContain("token-canary", "@example.com");
        }
    }

    private static void signIn(Lumid container) throws Exception {
        container.awaitHooks();
        assertThat(container.type("ann = hooks:authenticate flowmesh ann")).contains("principal ann (org lumid");
        assertThat(container.type("ben = hooks:authenticate flowmesh ben")).contains("principal ben");
    }

    private static void replace(Path file, String what, String with) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(what);
        Files.writeString(file, text.replace(what, with));
    }
}
