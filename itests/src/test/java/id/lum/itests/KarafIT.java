package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import id.lum.fakes.FakeLumid;
import id.lum.hooks.HookRejection;
import id.lum.hooks.host.HostHooks;
import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.kar.KarService;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** A stock Karaf takes the archive, installs a feature from it, and the hooks answer. */
@RunWith(PaxExam.class)
public class KarafIT {
    private static final String OPERATORS_OWN = "host = lumilake\ngrace.ms = 1234\n";

    /**
     * For each host a view; a hook of each kind by the demo plugin, and by lum.id five for FlowMesh and three for
     * Lumilake, with a sharing service each.
     */
    private static final int SERVICES = 3 + 7 + 6 + 4;

    private static final String ACL = "org.apache.karaf.command.acl.";

    /** While Karaf still installs its own features, it may lose others. */
    @Inject
    private BootFinished booted;

    @Inject
    private BundleContext container;

    @Inject
    private ConfigurationAdmin configurations;

    @Inject
    private FeaturesService features;

    @Inject
    private KarService archives;

    @Configuration
    public Option[] container() {
        return StockKaraf.container(KarafIT.class, StockKaraf.handedOn("lumid.fakes"));
    }

    @Before
    public void installFromTheArchive() throws Exception {
        if (features.getFeature("lumid-demo") == null) {
            Files.writeString(etc("id.lum.hooks.host-lumilake.cfg"), OPERATORS_OWN);
            try (KarafEdits edits = new KarafEdits(container)) {
                install(edits);
            }
        }
    }

    private void install(KarafEdits edits) throws Exception {
        KarafArchive.install(container, archives, features);
        for (Feature feature : features.listFeatures()) {
            if (feature.getName().startsWith("lumid-")) {
                features.installFeature(feature.getName());
            }
        }
        assertFalse(demoIsThere());
        // Only now: it needs what the features bring.
        container
                .installBundle(
                        Path.of(container.getProperty("lumid.fakes")).toUri().toString())
                .start();
        // As editors write it that put a byte order mark in front.
        Files.writeString(etc("id.lum.hooks.host-acme.cfg"), "\ufeffhost = acme\n");
        edits.replace(etc("id.lum.demo.cfg"), "(?m)^hosts = *$", "hosts = acme");
        // Billing has commands of its own. Nobody answers there, and nobody is asked.
        edits.replace(
                etc("id.lum.flowmesh.cfg"),
                "(?m)^billing.base.url = .*\n.bridge.secret = .*$",
                "billing.base.url = http://127.0.0.1:9\n.bridge.secret = any");
    }

    @Test
    public void demoAnswersForTheHostThatAnOperatorNamesBehindAByteOrderMark() throws Exception {
        Await.until(
                "the demo answers",
                () -> Contract.ask("demo-user-token", container, "acme").equals("bob"));
    }

    @Test
    public void bothHostsAreAnsweredByLumidAsSoonAsTheyAreInstalled() throws Exception {
        Contract.askBothHostsOfALumid(container, etc("id.lum.core.cfg"));
    }

    @Test
    public void everyLibraryIsABundleOfItsOwn() {
        for (String name : List.of(
                "id.lum.hooks",
                "id.lum.engine",
                "id.lum.support",
                "id.lum.demo",
                "id.lum.core",
                "id.lum.flowmesh",
                "id.lum.lumilake",
                "id.lum.tokenstore",
                "id.lum.goplugin",
                "id.lum.wasi",
                "com.github.ben-manes.caffeine",
                "org.xerial.sqlite-jdbc",
                "com.fasterxml.jackson.core.jackson-annotations",
                "com.fasterxml.jackson.core.jackson-core",
                "com.fasterxml.jackson.core.jackson-databind")) {
            assertEquals(name, Bundle.ACTIVE, Lookup.bundle(container, name).getState());
        }
    }

    @Test
    public void configurationArrivesWithItsComments() throws IOException {
        assertTrue(KarafConfigurationFile.read(etc("id.lum.demo.cfg")).startsWith("# The demo plugin"));
        assertTrue(KarafConfigurationFile.read(etc("id.lum.hooks.host-flowmesh.cfg"))
                .startsWith("# The composed view"));
    }

    @Test
    public void fileThatTheOperatorHadIsLeftAlone() throws IOException {
        assertEquals(OPERATORS_OWN, KarafConfigurationFile.read(etc("id.lum.hooks.host-lumilake.cfg")));
    }

    @Test
    public void anotherFeatureLeavesTheHooksUp() throws Exception {
        Await.until("every hook and all views are there", () -> services().size() >= SERVICES);
        List<Long> before = services();

        // A dozen bundles, all of them in a stock Karaf.
        features.installFeature("aries-blueprint");

        assertEquals(before, services());
        assertEquals("bob", Contract.ask("demo-user-token", container, "acme"));
    }

    @Test
    public void everyCommandSaysWhoMayUseIt() throws Exception {
        Map<String, Set<String>> roles = Map.of(
                "viewer",
                Set.of(
                        "hooks:list",
                        "hooks:authenticate",
                        "hooks:check",
                        "hooks:require",
                        "hooks:requirekind",
                        "hooks:ids",
                        "lumid:grants",
                        "lumid:explain",
                        "lumid:store",
                        "lumid:introspection",
                        "lumid:optimizers",
                        "flowmesh:outbox",
                        "flowmesh:waiting",
                        "flowmesh:deadletters",
                        "secrets:stores",
                        "demo:ledger",
                        "demo:owners"),
                "admin",
                Set.of(
                        "hooks:register",
                        "hooks:deregister",
                        "hooks:emit",
                        "hooks:remove",
                        "lumid:share",
                        "lumid:revoke",
                        "lumid:grantcacheclear",
                        "lumid:introspectioncacheclear",
                        "lumid:refresh",
                        "flowmesh:flush",
                        "flowmesh:retry",
                        "flowmesh:discard",
                        "secrets:test",
                        "secrets:recheck"));
        Set<String> known = new TreeSet<>();
        roles.values().forEach(known::addAll);
        Await.until("every command is there", () -> commands().size() >= known.size());
        assertEquals(known, commands());
        for (String role : roles.keySet()) {
            for (String command : roles.get(role)) {
                String[] name = command.split(":");
                assertEquals(command, role, accessTo(name[0]).get(name[1]));
                assertEquals("of what is not named", "admin", accessTo(name[0]).get("*"));
            }
        }
    }

    /** The commands of ours, by what registers them. */
    private Set<String> commands() throws InvalidSyntaxException {
        Set<String> commands = new TreeSet<>();
        for (ServiceReference<?> service : container.getAllServiceReferences(null, "(osgi.command.function=*)")) {
            if (service.getBundle().getSymbolicName().startsWith("id.lum.")) {
                Object names = service.getProperty("osgi.command.function");
                for (Object name : names instanceof Object[] several ? several : new Object[] {names}) {
                    commands.add(service.getProperty("osgi.command.scope") + ":" + name);
                }
            }
        }
        return commands;
    }

    private Dictionary<String, Object> accessTo(String scope) throws Exception {
        Await.until(
                "the file is read",
                () -> configurations.listConfigurations("(service.pid=" + ACL + scope + ")") != null);
        return configurations.getConfiguration(ACL + scope, "?").getProperties();
    }

    /** Apart, because the contract is not there yet when the test itself is loaded. */
    private static final class Contract {
        static void askBothHostsOfALumid(BundleContext container, Path core) throws Exception {
            try (FakeLumid lumid = FakeLumid.start().issue("ann-token", "ann", "ann@example.com");
                    KarafEdits edits = new KarafEdits(container)) {
                edits.replace(core, "(?m)^base.url = .*$", "base.url = " + lumid.url());
                Await.until(
                        "lum.id is asked there",
                        () -> ask("ann-token", container, "flowmesh").equals("ann"));
                Await.until(
                        "there, too",
                        () -> ask("ann-token", container, "lumilake").equals("ann"));
                assertEquals(1, lumid.requests("ann-token"));
                assertEquals("401", ask("demo-user-token", container, "flowmesh"));
                assertEquals("401", ask("demo-user-token", container, "lumilake"));
                answersThatAreNotHttpLeaveNoDescriptorBehind(lumid, container);
            }
        }

        private static void answersThatAreNotHttpLeaveNoDescriptorBehind(FakeLumid lumid, BundleContext container)
                throws Exception {
            lumid.mode(FakeLumid.Mode.NOT_HTTP);
            assertEquals("503", ask("unheard", container, "flowmesh"));
            int before = Descriptors.open();
            for (int i = 0; i < 200; i++) {
                assertEquals("503", ask("unheard-" + i, container, "flowmesh"));
            }
            Await.until("the sockets are closed", () -> Descriptors.open() < before + 20);
            lumid.mode(FakeLumid.Mode.NORMAL);
            assertEquals("401", ask("unheard", container, "flowmesh"));
        }

        /** Whose the token is, or the status of the refusal. */
        static String ask(String bearer, BundleContext container, String host) throws Exception {
            try {
                return Lookup.service(container, HostHooks.class, "(hook.host=" + host + ")")
                        .authenticate(bearer)
                        .principalId();
            } catch (HookRejection rejection) {
                return String.valueOf(rejection.status());
            }
        }
    }

    /** The numbers of the views and of the hooks; a bundle that was restarted has new ones. */
    private List<Long> services() throws InvalidSyntaxException {
        return Stream.ofNullable(container.getAllServiceReferences(null, "(hook.host=*)"))
                .flatMap(Arrays::stream)
                .map(service -> (Long) service.getProperty(Constants.SERVICE_ID))
                .sorted()
                .toList();
    }

    private boolean demoIsThere() throws InvalidSyntaxException {
        return container.getAllServiceReferences(null, "(hook.name=demo)") != null;
    }

    private Path etc(String file) {
        return Path.of(container.getProperty("karaf.etc"), file);
    }
}
