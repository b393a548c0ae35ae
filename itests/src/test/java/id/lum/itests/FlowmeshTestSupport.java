package id.lum.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeRunmesh;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.host.HookStatus;
import id.lum.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * FlowMesh by lum.id in the shipped container: answered by a lum.id of the test's own, with grants in a file of its
 * own.
 */
public abstract class FlowmeshTestSupport extends HookTestSupport {
    static final String CORE = "id.lum.core";
    static final String FLOWMESH = "id.lum.flowmesh";

    /** Five hooks, the grants and the introspection. */
    static final int SERVICES = 7;

    /** In milliseconds: more than an answer takes on a busy machine. */
    static final String REQUEST_TIMEOUT = "5000";

    /** The sink is there with the adapter; this is there while it bills. */
    private static final String BILLING =
            "(&(objectClass=id.lum.flowmesh.internal.billing.UsageOutbox)(lumid.billing=on))";

    /** The lum.id that is asked. */
    protected FakeLumid lumid;

    protected FlowmeshHooks hooks;

    /** The file of grants. */
    protected Path database;

    /** Of an operator who has no Lumilake: whatever is open, remembered or logged here is FlowMesh's. */
    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        try {
            Files.delete(folder.home().resolve("etc/id.lum.lumilake.cfg"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return folder;
    }

    @Override
    protected Option also() {
        return bundle(Path.of(System.getProperty("lumid.fakes")).toUri().toString());
    }

    @Before
    public void switchTheAdapterOn() throws Exception {
        lumid = knowing(FakeLumid.start());
        hooks = flowmeshHooks();
        database = Files.createTempDirectory(data(), "grants").resolve("acl.sqlite");
        configure(
                "id.lum.hooks.host~flowmesh", Map.of("required", "identity:lumid, permission:lumid, registrar:lumid"));
        // A change made before would be overwritten by the file. What a test before this one left does not matter.
        Await.until("the shipped files are read", () -> isConfigured(CORE) && isConfigured(FLOWMESH));
        // Rows that a failed test left in its outbox would keep the adapter there, and fail every test after it.
        configurations.getConfiguration(FLOWMESH, "?").delete();
        Await.until(
                "the adapter of the last test has left",
                () -> lives().values().stream().noneMatch(service -> service.contains("PermissionChecker")));
        set(CORE, core(Map.of()));
        set(FLOWMESH, flowmesh(Map.of()));
        Await.until("the adapter is there", () -> lives().size() == SERVICES);
        // The store before this one is closed once this one serves.
        Await.until("grants are kept here", () -> openStores().equals(List.of(Path.of(database + "-wal"))));
        Await.until("tokens are introspected here", () -> status(() -> hooks.authenticate("root-token")) == 200);
    }

    private boolean isConfigured(String pid) throws Exception {
        return configurations.listConfigurations("(" + Constants.SERVICE_PID + "=" + pid + ")") != null;
    }

    @After
    public void closeLumid() {
        lumid.close();
    }

    /** A lum.id that knows an owner, somebody who may only read, and an administrator. */
    static FakeLumid knowing(FakeLumid lumid) {
        return lumid.issue("ann-token", "ann", "ann@example.com", "flowmesh:workflows:read", "flowmesh:workflows:write")
                .issue("ben-token", "ben", "ben@example.com", "flowmesh:workflows:read", "flowmesh:workers:read")
                .issue("root-token", "root", "root@example.com", "flowmesh:admin");
    }

    /** What {@code id.lum.core} is set to, but for these properties. */
    protected Map<String, String> core(Map<String, String> but) {
        // Long, so that nobody who is known becomes unknown in the middle of a test.
        return with(
                Map.of(
                        "base.url",
                        lumid.url().toString(),
                        "cache.seconds",
                        "3600",
                        "request.timeout.ms",
                        REQUEST_TIMEOUT),
                but);
    }

    /** What {@code id.lum.flowmesh} is set to, but for these properties. */
    protected Map<String, String> flowmesh(Map<String, String> but) {
        return with(Map.of("acl.db.path", database.toString()), but);
    }

    /** What {@code id.lum.flowmesh} is set to with billing at this Runmesh, but for these properties. */
    protected Map<String, String> billed(FakeRunmesh runmesh, String secret, Map<String, String> but) {
        return flowmesh(with(
                Map.of(
                        "billing.base.url",
                        runmesh.url().toString(),
                        ".bridge.secret",
                        secret,
                        "outbox.db.path",
                        database.resolveSibling("outbox.sqlite").toString()),
                but));
    }

    /** A row of usage, as a host makes one. */
    static UsageRow row(String principal, String task, String cost) {
        return new UsageRow(
                "lumid", principal, Optional.empty(), Instant.now(), new BigDecimal(cost), task, 61.9, 2.5, "DONE");
    }

    static Map<String, String> with(Map<String, String> usual, Map<String, String> but) {
        Map<String, String> all = new HashMap<>(usual);
        all.putAll(but);
        return all;
    }

    /** Sets a configuration to exactly this, as saving its file would. */
    protected void set(String pid, Map<String, ?> properties) throws IOException {
        configurations.getConfiguration(pid, "?").update(new Hashtable<>(properties));
    }

    /** The write-ahead logs: a file has one while it is open in that mode. */
    private List<Path> openStores() throws IOException {
        try (Stream<Path> files = Files.walk(data())) {
            return files.filter(file -> file.endsWith("acl.sqlite-wal")).toList();
        } catch (UncheckedIOException changing) {
            return List.of();
        }
    }

    /** The services by which the adapter and the core are there, by their numbers: another number is another life. */
    protected Map<Long, String> lives() throws Exception {
        Map<Long, String> lives = new TreeMap<>();
        for (String filter : List.of(
                "(&(" + Hook.HOST + "=flowmesh)(" + Hook.NAME + "=lumid))",
                "(objectClass=id.lum.core.identity.Introspection)")) {
            ServiceReference<?>[] found = container.getAllServiceReferences(null, filter);
            for (ServiceReference<?> service : found == null ? new ServiceReference<?>[0] : found) {
                lives.put((Long) service.getProperty(Constants.SERVICE_ID), Arrays.toString((String[])
                        service.getProperty(Constants.OBJECTCLASS)));
            }
        }
        return lives;
    }

    /** Which hooks bill now: the sink while billing is on, and the guard while it is there. */
    protected Set<String> billingHooks() {
        Set<String> wanted = isBilling() ? Set.of("usage", "guard") : Set.of("guard");
        return hooks.hooks().stream()
                .filter(hook -> hook.name().equals("lumid") && hook.state() == HookStatus.State.PRESENT)
                .map(HookStatus::kind)
                .filter(wanted::contains)
                .collect(Collectors.toSet());
    }

    private boolean isBilling() {
        try {
            return container.getAllServiceReferences(null, BILLING) != null;
        } catch (InvalidSyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    protected void awaitBillingHooks(String... kinds) throws Exception {
        Await.until(
                "the billing hooks are " + List.of(kinds), () -> billingHooks().equals(Set.of(kinds)));
    }

    /** How a call ends: 200, or the status of the refusal. */
    static int status(Runnable call) {
        try {
            call.run();
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
