package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;

import id.lum.hooks.HookRejection;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.Test;
import org.osgi.framework.Bundle;

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
        assertEquals("flowmesh", hooksOf("flowmesh", FlowmeshHooks.class).host());
        assertEquals("lumilake", hooksOf("lumilake", LumilakeHooks.class).host());
    }

    @Test
    public void demoTokenBelongsToBobInBothHosts() throws Exception {
        for (String host : List.of("flowmesh", "lumilake")) {
            assertEquals("bob", hooksOf(host).authenticate("demo-user-token").principalId());
        }
    }

    @Test
    public void unknownTokenIsRefused() throws Exception {
        HostHooks<?> hooks = hooksOf("flowmesh");
        assertEquals(
                401,
                assertThrows(HookRejection.class, () -> hooks.authenticate("nobody's"))
                        .status());
    }

    @Test
    public void changedConfigurationCountsWithoutARestart() throws Exception {
        hooksOf("lumilake").authenticate("demo-user-token");
        configure("id.lum.hooks.host~lumilake", Map.of("grace.ms", "0"));
        configure("id.lum.demo", Map.of("hosts", "flowmesh"));
        HostHooks<?> hooks = hooksOf("lumilake");
        Await.until("lumilake has lost the demo hooks", () -> statusOf(hooks) == 503);
        assertEquals("bob", hooksOf("flowmesh").authenticate("demo-user-token").principalId());
        configure("id.lum.demo", Map.of("hosts", "flowmesh, lumilake"));
        Await.until("lumilake has the demo hooks again", () -> statusOf(hooks) == 200);
    }

    @Test
    public void fileThatIsAddedAndTakenAwayCounts() throws Exception {
        Path file = home().resolve("etc/id.lum.hooks.host-acme.cfg");
        assertFalse(hasViewFor("acme"));
        Files.writeString(file, "host = acme\n");
        try {
            assertEquals("acme", hooksOf("acme").host());
        } finally {
            Files.delete(file);
        }
        Await.until("the view for acme has gone", () -> !hasViewFor("acme"));
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
