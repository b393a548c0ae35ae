package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import id.lum.hooks.HookRejection;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import id.lum.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;

/** The container as it is shipped comes up whole, and does what its files say. */
public class ContainerIT extends HookTestSupport {

    @Test
    public void everyBundleIsActive() {
        assertEquals(
                List.of(),
                Arrays.stream(container.getBundles())
                        .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                        .toList());
    }

    @Test
    public void bothHostsHaveAViewInTheirOwnTypes() throws Exception {
        assertEquals("flowmesh", flowmeshHooks().host());
        assertEquals("lumilake", lumilakeHooks().host());
    }

    @Test
    public void eachHostIsAnsweredByLumidAloneAndItsGrantsAreInAFileOfItsOwn() throws Exception {
        expectLumid("flowmesh", Set.of("identity", "permission", "registrar", "supplier", "usage"));
        expectLumid("lumilake", Set.of("identity", "permission", "registrar"));
    }

    private void expectLumid(String host, Set<String> kinds) throws Exception {
        HostHooks<?> hooks = hooksOf(host);
        Await.until(
                "the adapter is there",
                () -> hooks.hooks().stream()
                        .map(HookStatus::kind)
                        .collect(Collectors.toSet())
                        .equals(kinds));
        assertEquals(
                Set.of("lumid"), hooks.hooks().stream().map(HookStatus::name).collect(Collectors.toSet()));
        assertTrue(Files.exists(data().resolve("lumid/" + host + "-acl.sqlite")));
    }

    @Test
    public void noDemoTokenOpensAnythingUntilAnOperatorNamesAHost() throws Exception {
        Configuration acme = configurations.getFactoryConfiguration("id.lum.hooks.host", "acme", "?");
        acme.update(new Hashtable<>(Map.of("host", "acme", "grace.ms", "0")));
        try {
            HostHooks<?> hooks = hooksOf("acme");
            assertEquals(503, statusOf(hooks));
            assertTrue(hooks.hooks().stream().allMatch(hook -> hook.state() == HookStatus.State.UNAVAILABLE));

            configure("id.lum.demo", Map.of("hosts", "acme"));
            Await.until("the demo answers", () -> statusOf(hooks) == 200);

            configure("id.lum.demo", Map.of("hosts", ""));
            Await.until("it does no longer", () -> statusOf(hooks) == 503);
        } finally {
            acme.delete();
        }
        Await.until("the view for acme has gone", () -> !hasViewFor("acme"));
    }

    @Test
    public void fileThatIsAddedAndTakenAwayCounts() throws Exception {
        Path file = etc().resolve("id.lum.hooks.host-acme.cfg");
        assertFalse(hasViewFor("acme"));
        Files.writeString(file, "host = acme\n");
        try {
            assertEquals("acme", hooksOf("acme").host());
        } finally {
            Files.delete(file);
        }
        Await.until("the view for acme has gone", () -> !hasViewFor("acme"));
    }

    @Test
    public void firstPropertyOfAFileThatBeginsWithAByteOrderMarkCounts() throws Exception {
        Path file = etc().resolve("id.lum.hooks.host-marked.cfg");
        Files.writeString(file, "\ufeffhost = marked\n");
        try {
            assertEquals("marked", hooksOf("marked").host());
        } finally {
            Files.delete(file);
        }
        Await.until("the view has gone", () -> !hasViewFor("marked"));
    }

    @Test
    public void fileSavedAsUtf16IsRefusedAsAWholeAndTheLastGoodOneStaysInForce() throws Exception {
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        Path file = etc().resolve("id.lum.hooks.host-wide.cfg");
        Files.writeString(file, "# the view\nhost = wide\n", StandardCharsets.UTF_16);
        try {
            Await.until(
                    "it is refused",
                    () -> log.hasLine(
                            "id.lum.hooks.host~wide of the file " + file, "saved as UTF-16", "There is no view"));
            assertFalse(hasViewFor("wide"));

            Files.writeString(file, "host = wide\n");
            HostHooks<?> good = hooksOf("wide");
            Files.writeString(file, "\ufeffhost = wider\n", StandardCharsets.UTF_16LE);
            Await.until(
                    "the change is refused",
                    () -> log.hasLine(
                            "id.lum.hooks.host~wide of the file " + file, "saved as UTF-16", "stays in force"));
            assertEquals("wide", good.host());
            assertTrue(hasViewFor("wide"));
        } finally {
            Files.delete(file);
        }
        Await.until("the view has gone", () -> !hasViewFor("wide"));

        Path core = etc().resolve("id.lum.core.cfg");
        String shipped = Files.readString(core);
        Files.writeString(core, shipped, StandardCharsets.UTF_16LE);
        try {
            Await.until(
                    "the core refuses it",
                    () -> log.hasLine("id.lum.core of the file " + core, "saved as UTF-16", "stays in force"));
        } finally {
            Files.writeString(core, shipped);
        }
    }

    private static int statusOf(HostHooks<?> hooks) {
        try {
            hooks.authenticate("demo-user-token");
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
