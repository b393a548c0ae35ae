package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stock Karaf in an operator's hands: two lines install everything, files and the environment say the rest. */
class KarafOperatorTest {
    private static final String ADMIN = "ada";
    private static final String VIEWER = "vera";

    private static Karaf karaf;
    private static Surroundings surroundings;

    @BeforeAll
    static void installWithTwoLines() throws Exception {
        karaf = Karaf.unpack("KarafOperatorTest")
                .user(ADMIN, "admin", "manager", "viewer")
                .user(VIEWER, "viewer");
        surroundings = new Surroundings(karaf.home().resolveSibling("KarafOperatorTest-place"), "FLOWMESH");
        karaf.start(ADMIN, surroundings.environment());
        karaf.typesByClient(
                ADMIN,
                "kar:install " + Path.of(System.getProperty("lumid.kar")).toUri(),
                "feature:install lumid-flowmesh lumid-lumilake");
        awaitHooks(0);
        assertThat(Files.readString(karaf.log()).lines())
                .filteredOn(
                        line -> line.contains("| ERROR |") || line.contains("| WARN ") && line.contains(" - id.lum."))
                .isEmpty();
    }

    @AfterAll
    static void stop() {
        karaf.close();
        surroundings.close();
    }

    @Test
    void bothHostsServeByTheEnvironmentAndNoSecretOfItIsWrittenDown() throws Exception {
        surroundings.allCount(karaf.operatedBy(ADMIN));
        // Karaf writes what the shell changes back into the file.
        karaf.types(ADMIN, "config:property-set -p id.lum.flowmesh outbox.refusals 11");
        Path file = karaf.etc().resolve("id.lum.flowmesh.cfg");
        Await.until(
                "the file is written", () -> KarafConfigurationFile.read(file).contains("outbox.refusals = 11"));
        assertThat(KarafConfigurationFile.read(file))
                .startsWith("# The lum.id adapter for FlowMesh")
                .contains(".bridge.secret = $[env:FLOWMESH_BRIDGE_SECRET;default=]");
        Path data = karaf.home().resolve("data");
        assertThat(Surroundings.filesWith("$[env:FLOWMESH_BRIDGE_SECRET;default\\=]", data))
                .isNotEmpty();
        assertThat(Surroundings.filesWithASecret(karaf.etc(), data)).isEmpty();
    }

    @Test
    void viewerSeesNoSecretByKarafsOwnCommandOnceItsListIsTheAdmins() throws Exception {
        String list = "config:list \"(service.pid=id.lum.flowmesh)\"";
        Path access = karaf.etc().resolve("org.apache.karaf.command.acl.config.cfg");
        Files.writeString(access, Files.readString(access) + "\nlist = admin\n");
        Await.until("it counts", () -> karaf.types(VIEWER, list).contains("Command not found"));
        assertThat(karaf.types(ADMIN, list)).contains(Surroundings.BRIDGE_SECRET);
    }

    /** Ours has none; whoever may log in may type commands of others, and ask the beans of others, about others. */
    @Test
    void viewerSeesNoSecretOfAComponent() throws Exception {
        String info = "scr:info id.lum.flowmesh.internal.FlowmeshComponent";
        assertThat(karaf.types(ADMIN, info + " | cat"))
                .contains("FlowmeshComponent")
                .doesNotContain(Surroundings.BRIDGE_SECRET);
        assertThat(karaf.types(VIEWER, info)).contains("Command not found");
        assertThat(karaf.types(VIEWER, "scr:list | cat")).contains("id.lum.flowmesh");

        assertThat(karaf.components(ADMIN)).contains("FlowmeshComponent").doesNotContain(Surroundings.BRIDGE_SECRET);
        assertThatThrownBy(() -> karaf.components(VIEWER)).isInstanceOf(SecurityException.class);
    }

    @Test
    void tokenIsNotAskedForWhereTheShellWouldKeepIt() throws Exception {
        assertThat(karaf.types(ADMIN, "hooks:authenticate flowmesh", "token-that-was-typed"))
                .contains("Name a token file");
    }

    /** A viewer has fewer rights than the process, and chooses only a name in the folder of token files. */
    @Test
    void viewerHasNoFileSentToLumIdButThoseOfTheFolderAndLearnsOfNoOther() throws Exception {
        Path outside = Files.writeString(karaf.etc().resolve("one-line"), "ben-token-canary");
        Path missing = outside.resolveSibling("missing");
        String there = karaf.types(VIEWER, "hooks:authenticate flowmesh " + outside);
        String absent = karaf.types(VIEWER, "hooks:authenticate flowmesh " + missing);
        assertThat(there).contains("There is no token file");
        assertThat(there.replace(outside.toString(), "FILE")).isEqualTo(absent.replace(missing.toString(), "FILE"));
        assertThat(karaf.types(VIEWER, "hooks:authenticate flowmesh ../etc/one-line"))
                .contains("There is no token file");
        assertThat(karaf.types(VIEWER, surroundings.signIn("ann", "flowmesh"), "$ann toString"))
                .contains("principal ann");
    }

    @Test
    void archiveOfTheNextVersionTakesThePlaceOfTheOneBeforeAndTheOperatorsFilesStay() throws Exception {
        karaf.types(ADMIN, "lumid:share flowmesh workflow wf-9 xan read");
        Path file = karaf.etc().resolve("id.lum.lumilake.cfg");
        String edited = KarafConfigurationFile.read(file);
        Path next = NextVersion.archive(
                Path.of(System.getProperty("lumid.kar")), karaf.home().resolveSibling("KarafOperatorTest-place"));

        karaf.types(ADMIN, "kar:install " + next.toUri(), "feature:install --upgrade lumid-flowmesh lumid-lumilake");
        Await.until(
                "the next version serves",
                () -> karaf.types(VIEWER, "hooks:list flowmesh", "hooks:list lumilake")
                                .split("permission lumid +100  present", -1)
                                .length
                        == 3);
        karaf.types(ADMIN, "kar:uninstall id.lum.karaf-1.0.0-SNAPSHOT");

        assertThat(karaf.types(ADMIN, "bundle:list -s").lines().filter(line -> line.contains("id.lum.")))
                .hasSize(6)
                .allMatch(line -> line.contains(NextVersion.NEXT));
        assertThat(karaf.types(VIEWER, "hooks:list flowmesh")).containsPattern("permission lumid +100  present");
        assertThat(karaf.types(VIEWER, "lumid:grants flowmesh xan")).contains("workflow wf-9: xan READ");
        assertThat(KarafConfigurationFile.read(file)).isEqualTo(edited);
    }

    /** Karaf then replaces the file, which it has not read yet. */
    @Test
    void settingThatFollowsTheInstallationAtOnceCountsWithTheDefaultsOfAllOthers() throws Exception {
        LogFile log = LogFile.from(karaf.log());
        try {
            karaf.types(ADMIN, "feature:install lumid-demo", "config:property-set -p id.lum.demo hosts acme");

            Await.until("it counts", () -> log.hasLine("The demo serves acme."));
            assertThat(karaf.home().resolve("data/demo/tokens.json")).exists();
            assertThat(karaf.types(VIEWER, "demo:ledger acme")).doesNotContain("does not serve");
        } finally {
            karaf.types(ADMIN, "feature:uninstall lumid-demo");
            Files.deleteIfExists(karaf.etc().resolve("id.lum.demo.cfg"));
        }
    }

    @Test
    void viewerReadsAndChangesNothingAndAChangeIsLoggedWithWhoMadeIt() throws Exception {
        LogFile log = LogFile.from(karaf.log());
        assertThat(karaf.types(VIEWER, "lumid:share flowmesh workflow wf-7 zoe read"))
                .contains("Command not found");
        assertThat(karaf.types(VIEWER, "lumid:grants flowmesh zoe")).contains("no grant");
        assertThat(karaf.types(ADMIN, "lumid:share flowmesh workflow wf-7 zoe read"))
                .contains("granted");
        assertThat(karaf.types(VIEWER, "lumid:grants flowmesh zoe", "hooks:list flowmesh", "flowmesh:outbox"))
                .contains("workflow wf-7: zoe READ", "permission lumid", "rows that wait");
        assertThat(log.hasLine(ADMIN + " granted READ on workflow wf-7 to zoe."))
                .isTrue();
    }

    @Test
    void editedFileCountsAndABadValueIsRefusedByName() throws Exception {
        LogFile log = LogFile.from(karaf.log());
        karaf.edit("id.lum.lumilake.cfg", "(?m)^optimizer.url = .*$", "optimizer.url =");
        Await.until("it is off", () -> karaf.types(VIEWER, "lumid:optimizers").contains("optimizer.url is empty"));
        karaf.edit("id.lum.lumilake.cfg", "(?m)^schedule.timeout.ms = .*$", "schedule.timeout.ms = soon");
        Await.until("it is refused", () -> log.hasLine("ERROR", "id.lum.lumilake", "schedule.timeout.ms", "soon"));
        assertThat(karaf.types(VIEWER, "hooks:list lumilake")).containsPattern("permission lumid +100  present");
        // In one edit: Karaf writes a file back after it has read it, which undoes a second one that comes at once.
        karaf.edit(
                "id.lum.lumilake.cfg",
                "(?ms)^optimizer.url =$(.*)^schedule.timeout.ms = soon$",
                "optimizer.url = \\$[env:LUMILAKE_REMOTE_OPTIMIZER_URL;default=]$1schedule.timeout.ms = 60000");
    }

    @Test
    void copyOfAConfigurationFileIsRefusedWithBothNamedAndTheOriginalServes() throws Exception {
        LogFile log = LogFile.from(karaf.log());
        Path original = karaf.etc().resolve("id.lum.core.cfg");
        Path copy = karaf.etc().resolve("id.lum.core-old.cfg");
        Files.writeString(copy, "base.url = https://nowhere.example\n");
        try {
            Await.until(
                    "the copy is refused",
                    () -> log.hasLine(
                            "ERROR",
                            "id.lum.core~old of the file " + copy + " is refused",
                            "that is id.lum.core of the file " + original));
            assertThat(karaf.types(VIEWER, surroundings.signIn("ann", "flowmesh"), "$ann toString"))
                    .contains("principal ann");
        } finally {
            Files.delete(copy);
        }
    }

    @Test
    void restartKeepsGrantsAndTheRowsThatAreNotDelivered() throws Exception {
        karaf.types(ADMIN, "lumid:share flowmesh workflow wf-8 yan write", surroundings.signIn("ann", "flowmesh"));
        surroundings.runmesh().stop();
        assertThat(karaf.types(
                        ADMIN, surroundings.signIn("ann", "flowmesh"), "hooks:emit flowmesh $ann task-late 2.50"))
                .contains("yes");
        assertThat(karaf.types(VIEWER, "flowmesh:outbox")).containsPattern("rows that wait +1,");
        karaf.stop();
        int before = (int) Files.size(karaf.log());
        karaf.start(ADMIN, surroundings.environment());
        awaitHooks(before);
        assertThat(karaf.types(VIEWER, "lumid:grants flowmesh yan")).contains("workflow wf-8: yan WRITE");
        surroundings.runmesh().comeBack();
        Await.until(
                "the row is billed",
                () -> "2.50".equals(surroundings.runmesh().ledger().amounts().get("task-late")));
    }

    /** @param from how much of the log is of an earlier life */
    private static void awaitHooks(int from) throws Exception {
        Await.until("all hooks are there", () -> {
            String said = Files.readString(karaf.log()).substring(from);
            return Map.of("flowmesh", "guard", "lumilake", "permission").entrySet().stream()
                    .allMatch(hook -> said.contains(hook.getKey() + ": " + hook.getValue() + " hook lumid is there"));
        });
    }
}
