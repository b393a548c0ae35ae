package id.lum.itests;

import id.lum.testing.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/** Makes happen what may happen under fire. */
final class FireEvents {
    /** What is tried of a configuration: a value that is good, and one that is refused. */
    private record Change(String pid, String property, String good, String bad) {}

    private static final List<Change> CHANGES = List.of(
            new Change(FireSite.CORE, "request.timeout.ms", "2500", "soon"),
            new Change(FireSite.CORE, "requests.in.flight", "63", "0"),
            new Change(FireSite.CORE, "allow.http.hosts", "lum.test", "http://lum.test"),
            new Change(FireSite.FLOWMESH, "journal.mode", "rollback", "memory"),
            new Change(FireSite.FLOWMESH, "grant.cache.size", "100", "-1"),
            new Change(FireSite.FLOWMESH, "fleet.kinds", "worker:read", "worker:write"),
            new Change(FireSite.FLOWMESH, ".bridge.secret", "not-the-right-one", "two\nlines"),
            new Change(FireSite.FLOWMESH, "outbox.retention.days", "3", "never"),
            new Change(FireSite.LUMILAKE, "journal.mode", "rollback", "memory"),
            new Change(FireSite.LUMILAKE, "claimable.kinds", "object-prefix", "nonsense"),
            new Change(FireSite.VIEW + "flowmesh", "grace.ms", "19000", "-5"),
            new Change(FireSite.VIEW + "lumilake", "required", "identity, permission, registrar", "nonsense"));

    private final FireSite site;
    private final FireSide flowmesh;
    private final FireSide lumilake;
    private final ReplacedClasses replaced;
    private final Random random;
    private final List<Change> changes = new ArrayList<>();

    FireEvents(FireSite site, FireSide flowmesh, FireSide lumilake, ReplacedClasses replaced, Random random) {
        this.site = site;
        this.flowmesh = flowmesh;
        this.lumilake = lumilake;
        this.replaced = replaced;
        this.random = random;
    }

    void happens(FireEvent event) {
        switch (event) {
            case FLOWMESH_UPDATED -> update(FireSite.FLOWMESH);
            case LUMILAKE_UPDATED -> update(FireSite.LUMILAKE);
            case CORE_UPDATED -> updateCore();
            case FLOWMESH_RESTARTED -> restart(FireSite.FLOWMESH);
            case LUMILAKE_RESTARTED -> restart(FireSite.LUMILAKE);
            case CORE_RESTARTED -> restart(FireSite.CORE);
            case SETTINGS_CHANGED -> changeSettings();
            case FLOWMESH_MOVED -> flowmesh.move();
            case LUMILAKE_MOVED -> lumilake.move();
            case LUMID_AWAY -> withoutLumid();
            case RUNMESH_AWAY -> withoutRunmesh();
        }
    }

    private void update(String name) {
        Bundle bundle = site.bundle(name);
        replaced.note(bundle);
        change(bundle::update);
    }

    private void restart(String name) {
        change(site.bundle(name)::stop);
        change(site.bundle(name)::start);
    }

    /** As an operator does it: the adapters stay wired to the old one until they are refreshed with it. */
    private void updateCore() {
        Bundle core = site.bundle(FireSite.CORE);
        replaced.note(site.bundle(FireSite.FLOWMESH));
        replaced.note(site.bundle(FireSite.LUMILAKE));
        update(FireSite.CORE);
        CountDownLatch refreshed = new CountDownLatch(1);
        site.container()
                .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(core), event -> {
                    if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                        refreshed.countDown();
                    }
                });
        try {
            if (!refreshed.await(Await.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The core is not refreshed.");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Three in a row: a good value, a bad one, and what was there before. */
    private void changeSettings() {
        for (int i = 0; i < 3; i++) {
            if (changes.isEmpty()) {
                changes.addAll(CHANGES);
                Collections.shuffle(changes, random);
            }
            Change next = changes.remove(0);
            if (next.property().equals(".bridge.secret")) {
                withoutRunmesh(() -> change(next));
            } else {
                change(next);
            }
        }
    }

    private void change(Change next) {
        site.trying(next.pid(), next.property(), next.good());
        flow();
        site.trying(next.pid(), next.property(), next.bad());
        flow();
        site.restore(next.pid());
        flow();
    }

    private void withoutLumid() {
        flowmesh.world()
                .loses(() -> lumilake.world().loses(() -> {
                    site.lumid().stop();
                    // Who comes late may be answered by what somebody asked before.
                    flow();
                }));
        flow();
        // The core would forget whom it knows, and rightly let nobody in.
        update(random.nextBoolean() ? FireSite.FLOWMESH : FireSite.LUMILAKE);
        flow();
        flowmesh.world()
                .regains(() -> lumilake.world().regains(() -> {
                    site.lumid().comeBack();
                    flow();
                }));
    }

    private void withoutRunmesh() {
        withoutRunmesh(() -> {
            site.runmesh().stop();
            flow();
            update(FireSite.FLOWMESH);
            flow();
            site.runmesh().comeBack();
        });
    }

    private void withoutRunmesh(Runnable event) {
        flowmesh.world().withoutRunmesh(() -> {
            event.run();
            site.awaitGuard();
            flow();
        });
    }

    private void flow() {
        flowmesh.traffic().round();
        lumilake.traffic().round();
    }

    @FunctionalInterface
    private interface BundleChange {
        void make() throws BundleException;
    }

    private static void change(BundleChange change) {
        try {
            change.make();
        } catch (BundleException failure) {
            throw new AssertionError(failure);
        }
    }
}
