package id.lum.itests;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeRunmesh;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.testing.Await;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.osgi.framework.BundleContext;

/** FlowMesh with billing in a Karaf: the files that an operator edits, and a Runmesh that demands the bridge secret. */
class KarafBilling implements AutoCloseable {
    private final BundleContext container;
    private final KarafEdits edits;
    private final FakeLumid lumid = FakeLumid.start().issue("ann-token", "ann", "ann@example.com");
    private final FakeRunmesh runmesh = FakeRunmesh.start("");

    KarafBilling(BundleContext container, KarafEdits edits) {
        this.container = container;
        this.edits = edits;
    }

    /** Sets the adapter to these servers. */
    void begin(String bridgeSecret) throws Exception {
        set("id.lum.core.cfg", "base.url", lumid.url().toString());
        set("id.lum.flowmesh.cfg", "billing.base.url", runmesh.url().toString());
        set("id.lum.flowmesh.cfg", ".bridge.secret", bridgeSecret);
    }

    /** Runmesh demands this secret from now on. */
    void demand(String secret) {
        runmesh.secret(secret);
    }

    FakeRunmesh runmesh() {
        return runmesh;
    }

    protected BundleContext container() {
        return container;
    }

    void set(String file, String property, String value) throws Exception {
        edits.replace(
                etc(file),
                "(?m)^" + property.replace(".", "\\.") + " *=.*$",
                Matcher.quoteReplacement(property + " = " + value));
    }

    void assertBilled(String task) throws Exception {
        Await.until(task + " is taken", () -> isTaken(task));
        Await.until(task + " is billed", () -> runmesh.ledger().amounts().containsKey(task));
    }

    /** Anew for each try: views and hooks come and go with the features. */
    private boolean isTaken(String task) throws Exception {
        FlowmeshHooks hooks = Lookup.flowmesh(container);
        if (container.getAllServiceReferences(null, "(lumid.billing=on)") == null) {
            return false;
        }
        try {
            PrincipalContext ann = hooks.authenticate("ann-token");
            hooks.emit(List.of(new UsageRow(
                    "lumid",
                    ann.principalId(),
                    Optional.empty(),
                    Instant.now(),
                    new BigDecimal("0.25"),
                    task,
                    1.0,
                    1.0,
                    "DONE")));
            return true;
        } catch (HookRejection notYet) {
            return false;
        }
    }

    void awaitHeader(String secret) throws Exception {
        Await.until(
                "Runmesh is sent the other secret",
                () -> runmesh.latest().stream()
                        .anyMatch(request -> request.header("x-bridge-secret").equals(Optional.of(secret))));
    }

    protected Path data() {
        return Path.of(container.getProperty("karaf.data"));
    }

    Path etc(String file) {
        return Path.of(container.getProperty("karaf.etc"), file);
    }

    @Override
    public void close() {
        lumid.close();
        runmesh.close();
    }
}
