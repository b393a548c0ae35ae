package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The tour, run as a newcomer runs it. */
class TourTest {
    private Path home;

    @BeforeEach
    void unpack(TestInfo test) {
        home = ShippedFolder.copy(test.getTestMethod().orElseThrow().getName()).home();
    }

    @Test
    void theTourEndsByItselfAndEveryAnswerIsRight() throws Exception {
        try (Lumid tour = Lumid.start(home, "tour")) {
            assertThat(tour.exit()).as(tour.text()).isZero();
            assertThat(tour.lines())
                    .contains(
                            "demo-user-token -> bob of demo, scopes [user]",
                            "a token nobody issued -> 401 No identity provider accepted the token",
                            "carol, a stranger, reads wf-1 -> 403",
                            "2 rows, total cost 1.75",
                            "Optimizer Simple plans it for workers gpu-1 and gpu-2 -> "
                                    + "{gpu-1=[load, join], gpu-2=[clean, report]}",
                            "Calls that failed -> 0",
                            "Wrong answers -> 0",
                            "The tour is over: all 26 answers were right.")
                    .noneMatch(line -> line.contains("WRONG"));
        }
    }

    @Test
    void aWrongAnswerIsNamedAndTheExitStatusSaysSo() throws Exception {
        knowTokens("""
                {"demo-user-token": {"principal_id": "mallory", "org_id": "demo", "external_id": "m",
                                     "principal_type": "user", "scopes": ["user"]},
                 "demo-admin-token": {"principal_id": "alice", "org_id": "demo", "external_id": "a",
                                      "principal_type": "admin", "scopes": ["admin"]}}
                """);
        try (Lumid tour = Lumid.start(home, "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text()).contains("WRONG: demo-user-token -> mallory of demo", "answers were WRONG.");
        }
    }

    @Test
    void aTourThatDoesNotTakePlaceIsAFailure() throws Exception {
        Files.writeString(home.resolve("data"), "in the way of the folder");
        try (Lumid tour = Lumid.start(home, "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text())
                    .contains("Could not create framework", "lumid: the tour did not take place; see above.");
        }
    }

    @Test
    void aTourThatNeverEndsIsEnded() throws Exception {
        Files.writeString(home.resolve("tour/id.lum.tour.jar"), "no bundle");
        // The seconds of the watchdog pass sooner; the container has no use for this command.
        Path sleep =
                Files.writeString(Files.createDirectory(home.resolve("fast")).resolve("sleep"), """
                #!/bin/sh
                exec /bin/sleep 0.02
                """);
        Files.setPosixFilePermissions(sleep, PosixFilePermissions.fromString("rwx------"));
        String path = sleep.getParent() + ":" + System.getenv("PATH");
        try (Lumid tour = Lumid.start(home, command -> command.environment().put("PATH", path), "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text()).contains("lumid: the tour did not end within five minutes.");
        }
    }

    @Test
    void sigtermEndsTheTourAndItsContainer() throws Exception {
        try (Lumid tour = Lumid.start(home, "tour")) {
            tour.waitFor("Who is calling?");
            List<ProcessHandle> children = tour.children();
            tour.terminate();
            assertThat(tour.exit()).as(tour.text()).isEqualTo(LauncherTest.ENDED_BY_SIGTERM);
            assertThat(children).isNotEmpty();
            for (ProcessHandle child : children) {
                Await.until("nothing is left running", () -> !child.isAlive());
            }
        }
    }

    @Test
    void withStayTheShellFollowsTheTourAndTheHintSaysHowToLeave() throws Exception {
        try (Lumid tour = Lumid.start(home, "tour", "--stay")) {
            tour.waitFor("The container stays.");
            tour.waitFor("g! ");
            assertThat(tour.type("hooks:list lumilake")).contains("identity   demo", "present  yes");
            tour.send(tour.text().split("leave with: ")[1].lines().findFirst().orElseThrow());
            assertThat(tour.exit()).isZero();
        }
    }

    @Test
    void withStayAndWithoutInputTheContainerStaysWithoutAShell() throws Exception {
        try (Lumid tour = Lumid.start(
                home, command -> command.redirectInput(Path.of("/dev/null").toFile()), "tour", "--stay")) {
            tour.waitFor("The container stays. It has no input");
            Files.writeString(home.resolve("tour/etc/id.lum.hooks.host-acme.cfg"), "host = acme\n");
            Await.until(
                    "it takes a change",
                    () -> Files.readString(home.resolve("data/tour/log/lumid.log"))
                            .contains("host~acme"));
            tour.terminate();
            assertThat(tour.exit()).isEqualTo(LauncherTest.ENDED_BY_SIGTERM);
            assertThat(tour.text()).doesNotContain("g! ");
        }
    }

    @Test
    void whomTheOperatorBlocksTheTourLeavesBlocked() throws Exception {
        knowTokens("""
                {"demo-user-token": {"principal_id": "bob", "org_id": "demo", "external_id": "b",
                                     "principal_type": "user", "scopes": ["user"]},
                 "mallory's": {"principal_id": "mallory", "org_id": "demo", "external_id": "m",
                               "principal_type": "user", "scopes": ["user"]},
                 "demo-admin-token": {"principal_id": "alice", "org_id": "demo", "external_id": "a",
                                      "principal_type": "admin", "scopes": ["admin"]}}
                """);
        Path token = Files.writeString(home.resolve("token"), "mallory's\n");
        Path etc = home.resolve("tour/etc/id.lum.demo.cfg");
        Files.writeString(
                etc, Files.readString(etc).replace("blocked.principals =", "blocked.principals = trudy, mallory"));
        try (Lumid tour = Lumid.start(home, "tour", "--stay")) {
            tour.waitFor("g! ");
            assertThat(tour.text()).doesNotContain("WRONG");
            tour.type("mallory = hooks:authenticate flowmesh \"" + token + "\"");
            assertThat(tour.type("hooks:check flowmesh $mallory")).contains("403 ");
        }
    }

    @Test
    void anOperatorDoesByHandWhatTheTourDoes() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "demo-user-token\n");
        try (Lumid container = Lumid.start(home, "demo")) {
            container.waitFor("g! ");
            assertThat(container.type("hooks:list")).contains("Host flowmesh", "Host lumilake");
            assertThat(container.type("bob = hooks:authenticate flowmesh \"" + token + "\""))
                    .contains("principal bob (org demo, type user, scopes user)");
            container.send("alice = hooks:authenticate flowmesh");
            container.waitFor("Token: ");
            assertThat(container.type("demo-admin-token")).contains("principal alice");
            assertThat(container.type("hooks:check flowmesh $bob")).contains("yes");
            assertThat(container.type("hooks:register flowmesh $bob workflow wf-7"))
                    .contains("yes");
            assertThat(container.type("hooks:require flowmesh $bob workflow wf-7 read"))
                    .contains("yes");
            assertThat(container.type("hooks:require flowmesh $bob workflow wf-8 read"))
                    .contains("403 ");
            assertThat(container.type("hooks:requirekind flowmesh $bob workflow write"))
                    .contains("yes");
            assertThat(container.type("hooks:require flowmesh $bob workflow wf-7"))
                    .as("a forgotten action is no answer")
                    .doesNotContain("yes");
            assertThat(container.type("hooks:check flowmesh $nobody")).contains("There is no such principal");
            assertThat(container.type("hooks:forget flowmesh demo")).contains("no hook of this name is missed");
            assertThat(container.type("hooks:ids flowmesh $bob workflow read")).contains("wf-7");
            assertThat(container.type("hooks:ids flowmesh $alice workflow read"))
                    .contains("every workflow");
            assertThat(container.type("hooks:emit flowmesh $bob task-7 1.25")).contains("yes");
            assertThat(container.type("demo:ledger flowmesh")).contains("1 row", "1.25");
            assertThat(container.type("hooks:emit flowmesh $bob task-7 much")).contains("COST must be a decimal");
            assertThat(container.type("hooks:emit lumilake $bob job-7")).contains("yes");
            assertThat(container.type("hooks:emit acme $bob task-7 1")).contains("No host acme has a view");
            assertThat(container.type("hooks:deregister flowmesh $bob workflow wf-7"))
                    .contains("yes");
            assertThat(container.type("hooks:ids flowmesh $bob workflow read")).contains("none");
            Files.writeString(token, "nobody's");
            assertThat(container.type("hooks:authenticate flowmesh \"" + token + "\""))
                    .contains("401 No identity provider accepted the token");
            assertThat(Files.readString(home.resolve("data/demo/log/lumid.log")))
                    .contains("identity hook demo is there")
                    .doesNotContain("demo-user-token", "demo-admin-token", "nobody's", "alice@example.com");
        }
    }

    /** The demo plugin of the tour knows these tokens, and no others. */
    private void knowTokens(String json) throws Exception {
        Path tokens = Files.writeString(home.resolve("tokens.json"), json);
        Path etc = home.resolve("tour/etc/id.lum.demo.cfg");
        Files.writeString(etc, Files.readString(etc).replaceFirst("(?m)^tokens.file = .*$", "tokens.file = " + tokens));
    }
}
