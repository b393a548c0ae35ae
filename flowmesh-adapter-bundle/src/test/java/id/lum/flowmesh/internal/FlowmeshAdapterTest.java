package id.lum.flowmesh.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.flowmesh.internal.billing.BalanceCheck;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;

/** The adapter as a whole, in a real framework. */
class FlowmeshAdapterTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "lumid", "bob", "user", List.of());

    @TempDir
    Path folder;

    @Test
    void aCheckThatWaitsForTheCoreAtAStopIsRefusedAndNoOutageIsLogged() throws Exception {
        try (EmptyFramework framework = new EmptyFramework(folder.resolve("framework"))) {
            SingletonConfiguration.Owner adapter = open(framework);
            BalanceCheck check = framework.awaitService(BalanceCheck.class);
            CompletableFuture<Integer> status = new CompletableFuture<>();
            Thread caller = new Thread(() -> status.complete(status(check)));
            caller.start();
            Await.until("it waits for the core", () -> caller.getState() == Thread.State.TIMED_WAITING);
            try (CapturedLog log = new CapturedLog()) {
                adapter.close();
                assertThat(Await.result(status)).isEqualTo(503);
                assertThat(log.text()).doesNotContain("Submissions are refused");
            }
        }
    }

    /** The change waits for the call to end before it opens the store again. */
    @Test
    void aStopDuringAChangeThatWaitsForACallLeavesEverythingToTheSuccessor() throws Exception {
        try (EmptyFramework framework = new EmptyFramework(folder.resolve("framework"))) {
            Bundle one = framework.startBundle("one");
            SingletonConfiguration configuration = deliver(one);
            ManagedService delivery = delivery(one);
            delivery.updated(dictionary("wal"));
            ResourceRegistrar registrar = framework.awaitService(ResourceRegistrar.class);
            CountDownLatch called = new CountDownLatch(1);
            CountDownLatch ends = new CountDownLatch(1);
            CompletableFuture<ReconcileResult> call =
                    Background.start(() -> registrar.reconcile(listThatWaits(called, ends)));
            try {
                called.await();
                Thread change = new Thread(() -> update(delivery, "rollback"), "change of settings");
                change.start();
                Await.until("it waits for the call", () -> change.getState() == Thread.State.TIMED_WAITING);
                try (CapturedLog log = new CapturedLog()) {
                    configuration.close();
                    assertThat(log.text()).doesNotContain("stopped while a change was in progress");
                }
                one.stop();
                change.join();
                Bundle two = framework.startBundle("two");
                try (SingletonConfiguration successor = deliver(two)) {
                    delivery(two).updated(dictionary("rollback"));
                    framework.awaitService(ResourceRegistrar.class).register(BOB, ResourceRef.of("workflow", "wf-1"));
                    emit(framework);
                    assertThat(successor).isNotNull();
                }
            } finally {
                ends.countDown();
            }
            assertThatThrownBy(() -> Await.result(call)).hasCauseInstanceOf(HookRejection.class);
        }
    }

    private static SingletonConfiguration deliver(Bundle bundle) {
        return SingletonConfiguration.deliver(
                bundle.getBundleContext(),
                FlowmeshAdapter.PID,
                properties -> FlowmeshAdapter.open(bundle.getBundleContext(), properties));
    }

    /** What the Configuration Admin service would call. */
    private static ManagedService delivery(Bundle bundle) {
        return Stream.of(bundle.getRegisteredServices())
                .map(reference -> bundle.getBundleContext().getService(reference))
                .filter(ManagedService.class::isInstance)
                .map(ManagedService.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private void update(ManagedService delivery, String journalMode) {
        try {
            delivery.updated(dictionary(journalMode));
        } catch (ConfigurationException refused) {
            throw new AssertionError(refused);
        }
    }

    private Dictionary<String, Object> dictionary(String journalMode) {
        Dictionary<String, Object> properties = new Hashtable<>(properties());
        properties.put("journal.mode", journalMode);
        return properties;
    }

    private static Collection<ResourceRef> listThatWaits(CountDownLatch called, CountDownLatch ends) {
        return new AbstractCollection<>() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public Iterator<ResourceRef> iterator() {
                called.countDown();
                try {
                    ends.await();
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
                return List.of(ResourceRef.of("workflow", "wf-1")).iterator();
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static void emit(EmptyFramework framework) throws Exception {
        ((UsageSink<UsageRow>) framework.awaitService(UsageSink.class)).emit(List.of(row()));
    }

    private static UsageRow row() {
        return new UsageRow(
                "lumid",
                "bob",
                Optional.empty(),
                Instant.parse("2026-06-01T08:00:00Z"),
                new BigDecimal("0.5"),
                "task-1",
                12.5,
                0.3,
                "DONE");
    }

    @Test
    void closedAfterItsBundleHasStoppedItLeavesEverythingToTheSuccessor() throws Exception {
        try (EmptyFramework framework = new EmptyFramework(folder.resolve("framework"))) {
            Bundle one = framework.startBundle("one");
            SingletonConfiguration.Owner late = FlowmeshAdapter.open(one.getBundleContext(), properties());
            framework.awaitService(ResourceRegistrar.class);
            one.stop();
            late.close();
            SingletonConfiguration.Owner next = open(framework);
            framework.awaitService(ResourceRegistrar.class).register(BOB, ResourceRef.of("workflow", "wf-1"));
            emit(framework);
            next.close();
        }
    }

    private SingletonConfiguration.Owner open(EmptyFramework framework) {
        return FlowmeshAdapter.open(framework.context(), properties());
    }

    private Map<String, Object> properties() {
        return Map.of(
                "acl.db.path",
                folder.resolve("acl.sqlite").toString(),
                "outbox.db.path",
                folder.resolve("outbox.sqlite").toString(),
                "billing.base.url",
                "http://127.0.0.1:1",
                ".bridge.secret",
                "bridge-of-the-test",
                "balance.guard",
                "on");
    }

    private static int status(BalanceCheck check) {
        try {
            check.check(BOB);
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
