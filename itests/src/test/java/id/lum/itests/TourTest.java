package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tour, run as a newcomer runs it. */
class TourTest {
    private static final int ENDED_BY_SIGKILL = 128 + 9;

    private Path home;

    @BeforeEach
    void unpack(TestInfo test) {
        home = ShippedFolder.copy(test.getTestMethod().orElseThrow().getName()).home();
    }

    static Stream<Map.Entry<Integer, Path>> javas() throws Exception {
        return Javas.byVersion().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("javas")
    void everyChapterIsToldAsThePageShowsItAndEveryAnswerIsRightOnEveryJavaThatIsHere(Map.Entry<Integer, Path> java)
            throws Exception {
        Path ofProduction = write("data/lumid/flowmesh-acl.sqlite", "not for a tour");
        Path ofAnEarlierTour = write("data/tour/lumid/flowmesh-acl.sqlite", "not a database");
        write("data/tour/tour.properties", "told = 7");
        Path warnings = home.resolve("warnings");
        try (Lumid tour = Lumid.start(
                home,
                command -> {
                    command.environment().put("JAVA_HOME", java.getValue().toString());
                    command.redirectErrorStream(false).redirectError(warnings.toFile());
                },
                "tour")) {
            assertThat(tour.exit()).as(tour.text()).isZero();
            String page = Files.readString(Path.of("../docs/tour.md"));
            assertThat(story(tour.text()))
                    .hasSizeGreaterThan(80)
                    .containsExactlyElementsOf(story(page.split("```\n")[1]));
            assertThat(tour.lines())
                    .contains(
                            "bob's token, whose answer is in the cache -> "
                                    + "bob of lumid, scopes [flowmesh:workflows:read, flowmesh:workflows:write]",
                            "carol's token, of which nothing is known -> 503 Identity provider unavailable",
                            "a token that lum.id does not know -> 401 No identity provider accepted the token",
                            "carol, a stranger, reads wf-1 -> 403",
                            "Questions to lum.id about it -> 0",
                            "carol, a stranger, cancels it -> 403",
                            "Optimizer Balanced plans it for erin, for workers gpu-1 and gpu-2 -> "
                                    + "{gpu-1=[load, join], gpu-2=[clean, report]}",
                            "Whose token the optimizer was sent with the job -> erin",
                            "Calls that failed -> 0",
                            "Wrong answers -> 0",
                            "The tour is over: all 95 answers were right.")
                    .containsSubsequence(
                            "dora reads wf-1 -> 200",
                            "The container ends here, and is started again for what follows.",
                            "What does it remember?",
                            "bob, its owner, reads wf-1 -> 200",
                            "carol, a stranger, reads wf-1 -> 403",
                            "dora, with whom it was shared, reads wf-1 -> 200",
                            "bob reads wf-2, which was not listed -> 403",
                            "dora reads wf-1 -> 200",
                            "3 tasks of bob's ended, and their usage is emitted -> yes",
                            "Rows that wait, by flowmesh:outbox -> 3",
                            "The container is killed, with kill -KILL, and started again for what follows.",
                            "Runmesh's ledger -> bob task-1 $1.25, bob task-2 $0.50",
                            "Runmesh's ledger -> bob task-1 $1.25, bob task-2 $0.50, bob task-3 $2.00,"
                                    + " bob task-4 $0.125, bob task-5 $10",
                            "Its total -> $13.875",
                            "Rows that wait, by flowmesh:outbox -> 0")
                    .noneMatch(line -> line.contains("WRONG"));
        }
        assertThat(Files.readString(Path.of("../README.md"))).contains("The tour is over: all 95 answers were right.");
        assertThat(warnings)
                .content()
                .as("what a Java says of code that will not run on the next one")
                .doesNotContainPattern("(?m)^WARNING:");
        assertThat(ofProduction).hasContent("not for a tour");
        assertThat(Files.size(ofAnEarlierTour)).isGreaterThan("not a database".length());
    }

    /** What takes time differs from run to run; everything else is told the same way each time. */
    private static List<String> story(String told) {
        return told.strip()
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.startsWith("  Calls: ") && !line.startsWith("  Denials by rule: "))
                .toList();
    }

    /** One tour for all three, because it takes as long as everything else here. */
    @Test
    void wrongAnswersOfEachChapterAreNamedAndCountedToTheEndAndTheExitStatusSaysSo() throws Exception {
        knowTokens("""
                {"demo-user-token": {"principal_id": "mallory", "org_id": "demo", "external_id": "m",
                                     "principal_type": "user", "scopes": ["user"]},
                 "demo-admin-token": {"principal_id": "alice", "org_id": "demo", "external_id": "a",
                                      "principal_type": "admin", "scopes": ["admin"]}}
                """);
        String data = quoted(home.resolve("data/tour/lumid"));
        Path java = javaThat("", "rm " + data + "/*acl*", "rm " + data + "/*outbox*");
        try (Lumid tour = startWith(java, "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text())
                    .as("a token that belongs to another, a grant that a restart loses, usage rows that a kill loses")
                    .containsSubsequence(
                            "bob, its owner, reads wf-1 -> 200",
                            "WRONG: demo-user-token -> mallory of demo",
                            "WRONG: bob, its owner, reads wf-1 -> 403",
                            "WRONG: Rows that wait, by flowmesh:outbox -> 0");
            long wrong = tour.lines().stream()
                    .filter(line -> line.startsWith("WRONG: "))
                    .count();
            assertThat(tour.text()).contains("The tour is over: " + wrong + " of 95 answers were WRONG.");
        }
    }

    @Test
    void aChapterThatDoesNotKnowOfTheOneBeforeIsAFailure() throws Exception {
        Path java = javaThat("", "rm " + quoted(home.resolve("data/tour/tour.properties")));
        try (Lumid tour = startWith(java, "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text())
                    .contains("chapter 2 is asked for, and 0 have been told", "1 of 1 answers were WRONG.")
                    .doesNotContain("What does it remember?");
        }
    }

    @Test
    void aContainerThatDiesBetweenTheChaptersIsAFailure() throws Exception {
        try (Lumid tour = startWith(javaThat(firstChapterIsTold(), "exit 0"), "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text()).contains("lumid: the tour did not take place; see above.");
        }
        try (Lumid tour = startWith(javaThat(firstChapterIsTold(), "kill -KILL $$"), "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(ENDED_BY_SIGKILL);
        }
    }

    @Test
    void aSignalBetweenTheChaptersEndsTheTourAndTheContainerOfTheNextChapterIfThereIsOne() throws Exception {
        // The parent is asked to end while a container ends, and another one may just be started.
        Path java = javaThat("kill -TERM $PPID; " + firstChapterIsTold(), "exec /bin/sleep 600");
        try (Lumid tour = startWith(java, "tour")) {
            List<ProcessHandle> children = tour.children();
            assertThat(tour.exit()).as(tour.text()).isEqualTo(LauncherTest.ENDED_BY_SIGTERM);
            assertThat(children).allSatisfy(child -> assertThat(child.isAlive()).isFalse());
            assertThat(tour.children()).isEmpty();
        }
    }

    @Test
    void aTourThatDoesNotTakePlaceIsAFailure() throws Exception {
        Files.writeString(home.resolve("data"), "in the way of the folder");
        try (Lumid tour = Lumid.start(home, "tour")) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text())
                    .contains(
                            "lumid: the tour could not go on: ",
                            home.resolve("data").toString());
        }
    }

    @Test
    void aTourThatNeverEndsIsEnded() throws Exception {
        Path nothing = bundleThatDoesNothing();
        // The jar of the tour is replaced after its launcher has begun, and before its container begins.
        Path java = javaThat("mv " + quoted(nothing) + " " + quoted(home.resolve("tour/id.lum.tour.jar")), "");
        try (Lumid tour = startWithLimitOfSeconds(8, java)) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text()).contains("lumid: the tour did not end within 8 s.");
        }
        assertThat(nothing).doesNotExist();
    }

    private Path bundleThatDoesNothing() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "id.lum.tour");
        Path jar = home.resolve("nothing.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    @Test
    void aLaterChapterThatNeverEndsAndCannotBeAskedToIsEnded() throws Exception {
        Path java = javaThat(firstChapterIsTold(), "trap '' TERM; while :; do sleep 0.1; done");
        try (Lumid tour = startWithLimitOfSeconds(2, java)) {
            assertThat(tour.exit()).as(tour.text()).isEqualTo(1);
            assertThat(tour.text()).contains("lumid: the tour did not end within 2 s.");
            assertThat(tour.children()).isEmpty();
        }
    }

    @Test
    void aSecondTourIsRefusedAndLeavesTheDataOfTheFirstAlone() throws Exception {
        try (Lumid first = Lumid.start(home, "tour")) {
            first.waitFor("Who is calling?");
            try (Lumid second = Lumid.start(home, "tour")) {
                assertThat(second.exit()).isEqualTo(1);
                assertThat(second.text()).contains("another tour runs in " + home.resolve("data/tour"));
            }
            first.waitFor("dora writes wf-1 -> 403");
            assertThat(first.text()).doesNotContain("WRONG");
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
    void withStayTheShellFollowsTheTourWhichLeavesBlockedWhomTheOperatorBlocks() throws Exception {
        knowTokens("""
                {"demo-user-token": {"principal_id": "bob", "org_id": "demo", "external_id": "b",
                                     "principal_type": "user", "scopes": ["user"]},
                 "mallory's": {"principal_id": "mallory", "org_id": "demo", "external_id": "m",
                               "principal_type": "user", "scopes": ["user"]},
                 "demo-admin-token": {"principal_id": "alice", "org_id": "demo", "external_id": "a",
                                      "principal_type": "admin", "scopes": ["admin"]}}
                """);
        Path etc = home.resolve("tour/etc/id.lum.demo.cfg");
        Files.writeString(
                etc, Files.readString(etc).replace("blocked.principals =", "blocked.principals = trudy, mallory"));
        try (Lumid tour = Lumid.start(home, "tour", "--stay")) {
            tour.waitFor("The container ends here");
            tour.waitFor("The container stays.");
            tour.waitFor("g! ");
            assertThat(tour.text()).doesNotContain("WRONG");
            assertThat(tour.type("lumid:grants flowmesh workflow wf-1")).contains("bob WRITE", "dora READ");
            assertThat(tour.type("hooks:list acme")).contains("identity   demo", "present     yes");
            // Its data are emptied when it starts.
            Path tokens = Files.createDirectories(home.resolve("data/tour/lumid/tokens"));
            Files.writeString(tokens.resolve("mallory"), "mallory's\n");
            tour.type("mallory = hooks:authenticate acme mallory");
            assertThat(tour.type("hooks:check acme $mallory")).contains("403 ");
            tour.send(tour.text().split("leave with: ")[1].lines().findFirst().orElseThrow());
            assertThat(tour.exit()).isZero();
        }
    }

    @Test
    void withStayAndWithoutInputTheContainerStaysWithoutAShell() throws Exception {
        try (Lumid tour = Lumid.start(
                home, command -> command.redirectInput(Path.of("/dev/null").toFile()), "tour", "--stay")) {
            tour.waitFor("The container ends here");
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
    void anOperatorDoesByHandWhatTheTourDoes() throws Exception {
        Path tokens = Files.createDirectories(home.resolve("data/demo/lumid/tokens"));
        Path token = Files.writeString(tokens.resolve("bob"), "demo-user-token\n");
        try (Lumid container = Lumid.start(home, "demo")) {
            container.awaitHooks();
            assertThat(container.type("hooks:list")).contains("Host flowmesh", "Host lumilake");
            assertThat(container.type("bob = hooks:authenticate flowmesh bob"))
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
            assertThat(container.type("hooks:remove flowmesh demo")).contains("no hook of this name is unavailable");
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
            assertThat(container.type("hooks:authenticate flowmesh bob"))
                    .contains("401 No identity provider accepted the token");
            assertThat(container.type("hooks:authenticate flowmesh \"" + token + "\""))
                    .as("a file is named without its folder")
                    .contains("There is no token file");
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

    private Path write(String file, String content) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, content);
    }

    private Path javaThat(String first, String second) throws IOException {
        return javaThat(first, second, "");
    }

    /**
     * A Java that does something first, before each chapter.
     *
     * @return what to set {@code JAVA_HOME} to
     */
    private Path javaThat(String first, String second, String third) throws IOException {
        Path real = Path.of(System.getProperty("java.home"), "bin/java");
        Path java = write("other-java/bin/java", """
                #!/bin/sh
                case $* in
                    *lumid.tour.chapter=1*)
                        %s
                        ;;
                    *lumid.tour.chapter=2*)
                        %s
                        ;;
                    *lumid.tour.chapter=3*)
                        %s
                        ;;
                esac
                exec %s "$@"
                """.formatted(first, second, third, quoted(real)));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return home.resolve("other-java");
    }

    private Lumid startWith(Path java, String... arguments) throws IOException {
        return Lumid.start(home, command -> command.environment().put("JAVA_HOME", java.toString()), arguments);
    }

    private static String quoted(Path path) {
        return "'" + path + "'";
    }

    /** What a container does that has told the first of three chapters and ends. */
    private String firstChapterIsTold() {
        return "printf 'chapters=3\\ntold=1\\nright=0\\nwrong=0\\n' >"
                + quoted(home.resolve("data/tour/tour.properties")) + "; exit 0";
    }

    /** Every Java reads these options, also the one that starts the containers. */
    private Lumid startWithLimitOfSeconds(int limit, Path java) throws IOException {
        return Lumid.start(
                home,
                command -> command.environment()
                        .putAll(Map.of(
                                "JAVA_HOME", java.toString(), "JDK_JAVA_OPTIONS", "-Dlumid.tour.limit.s=" + limit)),
                "tour");
    }
}
