package id.lum.itests;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeRunmesh;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.testing.Await;
import id.lum.traffic.LumidScript;
import id.lum.traffic.LumidScript.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A container with both hosts by lum.id, billing included, and the lum.id and Runmesh of a test's own. It uses no class
 * of the core: the test would be refreshed with it.
 */
final class FireSite implements AutoCloseable {
    static final String CORE = "id.lum.core";
    static final String FLOWMESH = "id.lum.flowmesh";
    static final String LUMILAKE = "id.lum.lumilake";
    static final String VIEW = "id.lum.hooks.host~";

    static final LumidScript SCRIPT = new LumidScript(
            new Account("ann", "ann-token"), new Account("ben", "ben-token"), new Account("root", "root-token"));

    private static final String SECRET = "bridge-of-the-fire";
    /** Far more than a swap takes on a busy machine: a call that fails is then no matter of speed. */
    private static final String GRACE_MILLIS = "20000";

    private final BundleContext container;
    private final ConfigurationAdmin configurations;
    private final Path folder;
    /** Where databases are as shipped. */
    private final Path shipped;

    private final FakeLumid lumid;
    private final FakeRunmesh runmesh = FakeRunmesh.start(SECRET);
    private final FlowmeshHooks flowmesh;
    private final LumilakeHooks lumilake;
    private final Map<String, Map<String, String>> inForce = new HashMap<>();

    /** @param data the folder that the container keeps databases in */
    FireSite(BundleContext container, ConfigurationAdmin configurations, Path data) throws Exception {
        this.container = container;
        this.configurations = configurations;
        this.folder = Files.createTempDirectory(data, "fire");
        this.shipped = data.resolve("lumid");
        this.flowmesh = Lookup.flowmesh(container);
        this.lumilake = Lookup.lumilake(container);
        this.lumid = FakeLumid.start()
                .issue(
                        "ann-token",
                        "ann",
                        "ann@example.com",
                        "flowmesh:workflows:read",
                        "flowmesh:workflows:write",
                        "lumilake:jobs:read",
                        "lumilake:jobs:write")
                .issue("ben-token", "ben", "ben@example.com", "flowmesh:workflows:read", "lumilake:jobs:read")
                .issue("root-token", "root", "root@example.com", "flowmesh:admin");
        for (String name : List.of("ann", "root")) {
            runmesh.balance(name + "@example.com", true, "7.00");
        }
        runmesh.balance("ben@example.com", false, "0.00");
        settle();
    }

    private void settle() {
        String lumids = "identity:lumid, permission:lumid, registrar:lumid";
        set(
                VIEW + "flowmesh",
                Map.of(
                        "host",
                        "flowmesh",
                        "required",
                        lumids + ", usage:lumid, guard:lumid",
                        "grace.ms",
                        GRACE_MILLIS));
        set(VIEW + "lumilake", Map.of("host", "lumilake", "required", lumids, "grace.ms", GRACE_MILLIS));
        set(CORE, Map.of("base.url", lumid.url().toString(), "cache.seconds", "3600"));
        for (String file : List.of("second", "first")) {
            set(
                    FLOWMESH,
                    Map.of(
                            "acl.db.path", database("flowmesh", file).toString(),
                            "billing.base.url", runmesh.url().toString(),
                            ".bridge.secret", SECRET,
                            "balance.guard", "on",
                            "outbox.db.path", folder.resolve("outbox.sqlite").toString()));
            set(LUMILAKE, Map.of("acl.db.path", database("lumilake", file).toString()));
            for (HostHooks<?> hooks : List.of(flowmesh, lumilake)) {
                Path database = database(hooks.host(), file);
                until(
                        hooks.host() + " keeps grants in " + file,
                        // A log is there before its store serves; that of the store before goes after that.
                        () -> isOpen(database)
                                && !isOpen(database(hooks.host(), other(file)))
                                && !isOpen(shipped.resolve(hooks.host() + "-acl.sqlite")));
                until("lum.id is asked", () -> status(() -> hooks.authenticate("root-token")) == 200);
                hooks.register(owner(hooks), probe(hooks, file));
            }
        }
        awaitGuard();
    }

    /** Sets a configuration to exactly this, as saving its file would. */
    void set(String pid, Map<String, String> properties) {
        inForce.put(pid, properties);
        update(pid, properties);
    }

    /** The same, but for one property, and without the intention that it stays. */
    void trying(String pid, String property, String value) {
        Map<String, String> changed = new HashMap<>(inForce.get(pid));
        changed.put(property, value);
        update(pid, changed);
    }

    /** Ends the trying. */
    void restore(String pid) {
        update(pid, inForce.get(pid));
    }

    private void update(String pid, Map<String, String> properties) {
        try {
            configurations.getConfiguration(pid, "?").update(new Hashtable<>(properties));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns once only the other file's grants decide. */
    void move(HostHooks<?> hooks, String file) {
        String pid = hooks == flowmesh ? FLOWMESH : LUMILAKE;
        Map<String, String> moved = new HashMap<>(inForce.get(pid));
        moved.put("acl.db.path", database(hooks.host(), file).toString());
        set(pid, moved);
        PrincipalContext owner = owner(hooks);
        until(
                hooks.host() + " has moved to " + file,
                () -> status(() -> hooks.require(owner, probe(hooks, file), "read")) == 200);
    }

    /** Returns once the balance guard keeps the reader out. */
    void awaitGuard() {
        PrincipalContext reader = flowmesh.authenticate(SCRIPT.reader().token());
        until("the guard asks Runmesh", () -> status(() -> flowmesh.checkSubmission(reader)) == 402);
    }

    private static void until(String what, BooleanSupplier condition) {
        try {
            Await.until(what, condition::getAsBoolean);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    static String other(String file) {
        return file.equals("first") ? "second" : "first";
    }

    private static boolean isOpen(Path database) {
        return Files.exists(Path.of(database + "-wal"));
    }

    private Path database(String host, String file) {
        return folder.resolve(host + "-" + file + ".sqlite");
    }

    private static ResourceRef probe(HostHooks<?> hooks, String file) {
        return ResourceRef.of(kind(hooks), "probe-" + file);
    }

    static String kind(HostHooks<?> hooks) {
        return hooks.host().equals("flowmesh") ? "workflow" : "job";
    }

    static PrincipalContext owner(HostHooks<?> hooks) {
        return hooks.authenticate(SCRIPT.owner().token());
    }

    static int status(Runnable call) {
        try {
            call.run();
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }

    Bundle bundle(String name) {
        return Lookup.bundle(container, name);
    }

    BundleContext container() {
        return container;
    }

    FlowmeshHooks flowmesh() {
        return flowmesh;
    }

    LumilakeHooks lumilake() {
        return lumilake;
    }

    FakeLumid lumid() {
        return lumid;
    }

    FakeRunmesh runmesh() {
        return runmesh;
    }

    @Override
    public void close() {
        lumid.close();
        runmesh.close();
    }
}
