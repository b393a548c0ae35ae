package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.SwapMetrics;
import id.lum.testing.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** What a caller sees while hooks leave and come back, on a real service registry and with a clock moved by hand. */
class SwapTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());
    private static final ResourceRef WORKFLOW = ResourceRef.of("workflow", "wf");
    private static final String UNAVAILABLE = "503 The %s hook of this server is unavailable; try again shortly.";
    private static final long GRACE = 2000;

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private PermissionChecker checker(String name, Runnable behaviour) {
        return new PermissionChecker() {
            @Override
            public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                asked.add(name);
                behaviour.run();
                return AccessibleIds.all();
            }

            @Override
            public void require(PrincipalContext principal, ResourceRef resource, String action) {
                asked.add(name);
                behaviour.run();
            }
        };
    }

    private ServiceRegistration<?> allowing(String name, int ranking) {
        return REGISTRY.register(HookKinds.PERMISSION, name, ranking, checker(name, () -> {}));
    }

    private ServiceRegistration<?> denying(String name, int ranking) {
        return REGISTRY.register(HookKinds.PERMISSION, name, ranking, checker(name, () -> {
            throw HookRejection.forbidden("No.");
        }));
    }

    private static String require(TestView view) {
        return Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read"));
    }

    private static CompletableFuture<String> startRequire(TestView view) {
        return Calls.start(() -> view.hooks().require(BOB, WORKFLOW, "read"));
    }

    @Test
    void aCallWaitsForAMissedHookAndIsAnsweredByItsSuccessor() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            var first = allowing("lumid", 0);
            REGISTRY.unregister(first);
            var call = startRequire(view);
            view.waitForWaiting(1);
            assertThat(call).isNotDone();
            denying("lumid", 0);
            assertThat(Await.result(call)).isEqualTo("403 No.");
            assertThat(view.hooks().swaps()).isEqualTo(new SwapMetrics(1, 0, 0, 0));
        }
    }

    @Test
    void nothingIsDecidedByTheRemainingCheckerAlone() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            var away = denying("strict", 0);
            allowing("lenient", 9);
            REGISTRY.unregister(away);
            var call = startRequire(view);
            view.waitForWaiting(1);
            assertThat(call).isNotDone();
            denying("strict", 0);
            assertThat(Await.result(call)).isEqualTo("403 No.");
            assertThat(asked).containsExactly("lenient", "strict");
        }
    }

    @Test
    void anAbsentProviderOfTwoMakesNo401() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            var away = REGISTRY.register(HookKinds.IDENTITY, "a", 0, bearer -> Optional.of(BOB));
            REGISTRY.register(HookKinds.IDENTITY, "b", 9, bearer -> Optional.empty());
            REGISTRY.unregister(away);
            var call = Calls.start(() -> view.hooks().authenticate("t").principalId());
            view.waitForWaiting(1);
            REGISTRY.register(HookKinds.IDENTITY, "a", 0, bearer -> Optional.of(BOB));
            assertThat(Await.result(call)).isEqualTo("bob");
        }
    }

    @Test
    void aProviderThatClaimsTheTokenFirstDoesNotWaitForOneThatWouldComeLater() {
        try (TestView view = TestView.patient(REGISTRY)) {
            var away = REGISTRY.register(HookKinds.IDENTITY, "later", 0, bearer -> Optional.empty());
            REGISTRY.register(HookKinds.IDENTITY, "first", 9, bearer -> Optional.of(BOB));
            REGISTRY.unregister(away);
            assertThat(view.hooks().authenticate("t")).isEqualTo(BOB);
        }
    }

    @Test
    void aSubmissionDoesNotSlipPastAnAbsentGuard() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            REGISTRY.unregister(REGISTRY.register(HookKinds.GUARD, "g", 0, principal -> {}));
            var call = Calls.start(() -> view.hooks().checkSubmission(BOB));
            view.waitForWaiting(1);
            REGISTRY.register(HookKinds.GUARD, "g", 0, principal -> {
                throw HookRejection.paymentRequired("Pay.");
            });
            assertThat(Await.result(call)).isEqualTo("402 Pay.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "rejects503"})
    void aHookThatLeavesInTheMiddleBeforeItAnsweredIsAskedAgainAndThoseBeforeItAreNot(String how) throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            allowing("before", 9);
            var leaving = REGISTRY.register(HookKinds.PERMISSION, "lumid", 5, checker("lumid", () -> {
                inside.countDown();
                Await.latch(gone);
                if (how.equals("throws")) {
                    throw new IllegalStateException("The store is closed.");
                }
                throw HookRejection.unavailable("Closing.");
            }));
            allowing("after", 1);
            var call = startRequire(view);
            Await.latch(inside);
            REGISTRY.unregister(leaving);
            gone.countDown();
            view.waitForWaiting(1);
            denying("lumid", 5);
            assertThat(Await.result(call)).isEqualTo("403 No.");
            assertThat(asked).containsExactly("before", "lumid", "lumid");
            assertThat(view.hooks().swaps()).isEqualTo(new SwapMetrics(1, 1, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "403 No."})
    void aHookThatLeavesInTheMiddleAfterItAnsweredHasAnswered(String answer) throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            var leaving = REGISTRY.register(HookKinds.PERMISSION, "lumid", 5, checker("lumid", () -> {
                inside.countDown();
                Await.latch(gone);
                if (!answer.equals("yes")) {
                    throw HookRejection.forbidden("No.");
                }
            }));
            var call = startRequire(view);
            Await.latch(inside);
            REGISTRY.unregister(leaving);
            gone.countDown();
            assertThat(Await.result(call)).isEqualTo(answer);
            assertThat(view.hooks().swaps()).isEqualTo(new SwapMetrics(0, 0, 0, 0));
        }
    }

    @Test
    void aHookThatAnsweredIsNotAskedAgainThroughItsSuccessor() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            AtomicReference<ServiceRegistration<?>> first = new AtomicReference<>();
            first.set(allowing("lumid", 9));
            REGISTRY.register(HookKinds.PERMISSION, "swapper", 5, checker("swapper", () -> {
                REGISTRY.unregister(first.get());
                allowing("lumid", 1);
            }));
            assertThat(require(view)).isEqualTo("yes");
            assertThat(asked).containsExactly("lumid", "swapper");
        }
    }

    @Test
    void a503FromAHookThatIsStillThereIsItsAnswer() {
        try (TestView view = TestView.patient(REGISTRY)) {
            REGISTRY.register(HookKinds.PERMISSION, "lumid", 0, checker("lumid", () -> {
                throw HookRejection.unavailable("Later.");
            }));
            assertThat(require(view)).isEqualTo("503 Later.");
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void aRequiredHookThatStaysAwayIs503AfterTheGraceTimeCountedFromItsDeparture() throws Exception {
        try (TestView view = TestView.requiring(REGISTRY, "permission")) {
            REGISTRY.unregister(allowing("lumid", 0));
            view.pass(GRACE - 1);
            var call = startRequire(view);
            view.waitForWaiting(1);
            assertThat(call).isNotDone();
            view.pass(1);
            assertThat(Await.result(call)).isEqualTo(UNAVAILABLE.formatted("permission"));
            assertThat(require(view)).isEqualTo(UNAVAILABLE.formatted("permission"));
            assertThat(view.hooks().swaps()).isEqualTo(new SwapMetrics(1, 0, 2, 0));
            allowing("lumid", 0);
            assertThat(require(view)).isEqualTo("yes");
        }
    }

    @Test
    void aHookNobodyRequiresIsForgottenAfterTheGraceTime() throws Exception {
        try (TestView view = TestView.requiring(REGISTRY, "permission:lumid")) {
            REGISTRY.unregister(denying("extra", 9));
            allowing("lumid", 0);
            var call = startRequire(view);
            view.waitForWaiting(1);
            view.pass(GRACE);
            assertThat(Await.result(call)).isEqualTo("yes");
            assertThat(view.hooks().hooks()).extracting(HookStatus::name).containsExactly("lumid");
        }
    }

    @Test
    void aCallThatAGuardLeftUnansweredIsNotLetInWithoutThatGuardThoughNobodyRequiresIt() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            var guard = REGISTRY.register(HookKinds.GUARD, "g", 0, principal -> {
                inside.countDown();
                Await.latch(gone);
                throw HookRejection.unavailable("Stopping.");
            });
            var call = Calls.start(() -> view.hooks().checkSubmission(BOB));
            Await.latch(inside);
            REGISTRY.unregister(guard);
            gone.countDown();
            view.waitForWaiting(1);
            view.pass(GRACE);
            assertThat(Await.result(call)).isEqualTo(UNAVAILABLE.formatted("guard"));
            assertThat(Calls.outcome(() -> view.hooks().checkSubmission(BOB)))
                    .as("a call that begins after the grace time does not know of it")
                    .isEqualTo("yes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"permission", "permission:extra"})
    void aHookThatIsRequiredByKindOrNameIsMissedThoughAnotherWouldAllow(String required) {
        try (TestView view = TestView.requiring(REGISTRY, required)) {
            REGISTRY.unregister(denying("extra", 9));
            allowing("lumid", 0);
            view.pass(GRACE);
            assertThat(require(view)).isEqualTo(UNAVAILABLE.formatted("permission"));
        }
    }

    @Test
    void aRequiredHookThatIsGoneForGoodIsForgottenByCommand() {
        try (TestView view = TestView.requiring(REGISTRY, "permission")) {
            REGISTRY.unregister(denying("extra", 9));
            allowing("lumid", 0);
            view.pass(GRACE);
            assertThat(view.remove("lumid")).as("it is there").isZero();
            assertThat(view.remove("extra")).isEqualTo(1);
            assertThat(require(view)).isEqualTo("yes");
        }
    }

    @Test
    void allHooksOfARequiredKindGoneIs503AndNotAnAllow() {
        try (TestView view = TestView.requiring(REGISTRY, "permission")) {
            REGISTRY.unregister(allowing("one", 9));
            REGISTRY.unregister(allowing("two", 0));
            view.pass(GRACE);
            assertThat(require(view)).isEqualTo(UNAVAILABLE.formatted("permission"));
            assertThat(require(view)).isEqualTo(UNAVAILABLE.formatted("permission"));
        }
    }

    @Test
    void aRequiredHookThatWasNeverThereIsWaitedForFromTheStartOfTheView() throws Exception {
        try (TestView view = TestView.requiring(REGISTRY, "permission:lumid")) {
            allowing("demo", 9);
            var call = startRequire(view);
            view.waitForWaiting(1);
            assertThat(asked).isEmpty();
            allowing("lumid", 0);
            assertThat(Await.result(call)).isEqualTo("yes");
            assertThat(asked).containsExactly("demo", "lumid");
        }
        asked.clear();
        try (TestView view = TestView.requiring(REGISTRY, "permission:nobody")) {
            view.pass(GRACE);
            assertThat(require(view)).isEqualTo(UNAVAILABLE.formatted("permission"));
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void aRequirementThatIsAddedLiveBeginsItsOwnGraceTime() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            allowing("demo", 0);
            view.pass(GRACE * 10);
            assertThat(require(view)).isEqualTo("yes");
            view.apply(Map.of("required", "permission:lumid"));
            var call = startRequire(view);
            view.waitForWaiting(1);
            view.apply(Map.of("required", ""));
            assertThat(Await.result(call)).isEqualTo("yes");
        }
    }

    @Test
    void aShorterGraceTimeReleasesThoseWhoWait() throws Exception {
        try (TestView view = TestView.requiring(REGISTRY, "permission")) {
            REGISTRY.unregister(allowing("lumid", 0));
            view.pass(100);
            var call = startRequire(view);
            view.waitForWaiting(1);
            view.apply(Map.of("required", "permission", "grace.ms", "100"));
            assertThat(Await.result(call)).isEqualTo(UNAVAILABLE.formatted("permission"));
        }
    }

    @Test
    void ofTwoHooksOfOneNameTheOneThatLeftIsWaitedFor() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            allowing("lumid", 9);
            REGISTRY.unregister(denying("lumid", 0));
            var call = startRequire(view);
            view.waitForWaiting(1);
            assertThat(call).isNotDone();
            denying("lumid", 0);
            assertThat(Await.result(call)).isEqualTo("403 No.");
        }
    }

    @Test
    void twoHooksOfOneNameAreMissedUntilBothAreBack() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            var lenient = allowing("lumid", 9);
            var strict = denying("lumid", 0);
            REGISTRY.unregister(lenient);
            REGISTRY.unregister(strict);
            allowing("lumid", 9);
            var call = startRequire(view);
            view.waitForWaiting(1);
            assertThat(call).isNotDone();
            denying("lumid", 0);
            assertThat(Await.result(call)).isEqualTo("403 No.");
        }
    }

    @Test
    void aRenamedHookIsMissedUnderTheNameItHad() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            var lumid = allowing("lumid", 0);
            lumid.setProperties(TestRegistry.properties("acme", "other", 0));
            var call = startRequire(view);
            view.waitForWaiting(1);
            lumid.setProperties(TestRegistry.properties("acme", "lumid", 0));
            assertThat(call).as("other is unavailable now").isNotDone();
            assertThat(view.remove("other")).isEqualTo(1);
            assertThat(Await.result(call)).isEqualTo("yes");
        }
    }

    @Test
    void aHookThatIsRenamedWhileItLeavesIsNeverLeftBehind() throws Exception {
        for (int i = 0; i < 300; i++) {
            try (TestView view = TestView.patient(REGISTRY)) {
                int round = i;
                var hook = allowing("h", 0);
                var renaming =
                        Calls.start(() -> hook.setProperties(TestRegistry.properties("acme", "renamed-" + round, 0)));
                REGISTRY.unregister(hook);
                Await.result(renaming);
                startRequire(view);
                // A call waits; it does not meet a service that is gone.
                view.waitForWaiting(1);
                assertThat(view.hooks().hooks()).noneMatch(status -> status.state() == HookStatus.State.PRESENT);
            }
        }
    }

    @Test
    void aServiceThatIsSeveralKindsOfHookIsMissedInEach() throws Exception {
        interface Both extends PermissionChecker, SubmissionGuard {}
        Both both = new Both() {
            @Override
            public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                return AccessibleIds.all();
            }

            @Override
            public void require(PrincipalContext principal, ResourceRef resource, String action) {}

            @Override
            public void check(PrincipalContext principal) {
                throw HookRejection.forbidden("Blocked.");
            }
        };
        try (TestView view = TestView.patient(REGISTRY)) {
            String[] types = {PermissionChecker.class.getName(), SubmissionGuard.class.getName()};
            var registration =
                    REGISTRY.bundle().registerService(types, both, TestRegistry.properties("acme", "both", 0));
            assertThat(require(view)).isEqualTo("yes");
            assertThat(Calls.outcome(() -> view.hooks().checkSubmission(BOB))).isEqualTo("403 Blocked.");
            registration.unregister();
            assertThat(view.hooks().hooks()).hasSize(2).allMatch(hook -> hook.state() == HookStatus.State.UNAVAILABLE);
        }
    }

    @Test
    void aServiceObjectIsReleasedWhenItsHookIsWithdrawnFromTheHost() {
        AtomicInteger users = new AtomicInteger();
        var factory = new ServiceFactory<PermissionChecker>() {
            @Override
            public PermissionChecker getService(Bundle bundle, ServiceRegistration<PermissionChecker> own) {
                users.incrementAndGet();
                return checker("lumid", () -> {});
            }

            @Override
            public void ungetService(
                    Bundle bundle, ServiceRegistration<PermissionChecker> own, PermissionChecker service) {
                users.decrementAndGet();
            }
        };
        try (TestView view = TestView.patient(REGISTRY)) {
            var lumid = REGISTRY.bundle()
                    .registerService(PermissionChecker.class, factory, TestRegistry.properties("acme", "lumid", 0));
            assertThat(require(view)).isEqualTo("yes");
            assertThat(users).hasValue(1);
            lumid.setProperties(TestRegistry.properties("elsewhere", "lumid", 0));
            assertThat(users).hasValue(0);
            lumid.unregister();
        }
    }

    @Test
    void aHookThatFlapsDoesNotHoldACallerForEver() {
        try (TestView view = TestView.patient(REGISTRY)) {
            flap(0);
            assertThat(require(view)).isEqualTo(UNAVAILABLE.formatted("permission"));
            assertThat(asked).hasSize(16);
        }
    }

    /** A hook that leaves at every question and is back at once. */
    private void flap(int times) {
        AtomicReference<ServiceRegistration<?>> own = new AtomicReference<>();
        own.set(REGISTRY.register(HookKinds.PERMISSION, "lumid", 0, checker("lumid", () -> {
            REGISTRY.unregister(own.get());
            flap(times + 1);
            throw new IllegalStateException("gone");
        })));
    }

    @Test
    void aSinkThatLeavesBeforeItTookTheRowsGetsThemThroughItsSuccessor() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            List<Object> taken = Collections.synchronizedList(new ArrayList<>());
            List<Object> others = Collections.synchronizedList(new ArrayList<>());
            var leaving = REGISTRY.register(HookKinds.USAGE, "ledger", 9, rows -> {
                inside.countDown();
                Await.latch(gone);
                throw new IllegalStateException("The ledger is closed.");
            });
            REGISTRY.register(HookKinds.USAGE, "other", 0, others::addAll);
            var call = Calls.start(() -> view.hooks().emit(List.of("row")));
            Await.latch(inside);
            REGISTRY.unregister(leaving);
            gone.countDown();
            view.waitForWaiting(1);
            REGISTRY.register(HookKinds.USAGE, "ledger", 9, taken::addAll);
            assertThat(Await.result(call)).isEqualTo("yes");
            assertThat(taken).containsExactly("row");
            assertThat(others).containsExactly("row");
        }
    }

    @Test
    void theSinksThatAreThereGetTheirRowsThoughARequiredOneIsAway() {
        try (TestView view = TestView.requiring(REGISTRY, "usage:ledger")) {
            REGISTRY.unregister(REGISTRY.register(HookKinds.USAGE, "ledger", 9, rows -> {}));
            List<Object> taken = new ArrayList<>();
            REGISTRY.register(HookKinds.USAGE, "other", 0, taken::addAll);
            view.pass(GRACE);
            assertThat(Calls.outcome(() -> view.hooks().emit(List.of("row"))))
                    .isEqualTo(UNAVAILABLE.formatted("usage"));
            assertThat(taken).containsExactly("row");
        }
    }

    @Test
    void aSinkThatIsRequiredByItsOwnWordIsWaitedForAndForgottenAfterTheGraceTime() throws Exception {
        try (TestView view = TestView.requiring(REGISTRY, "")) {
            Dictionary<String, Object> properties = TestRegistry.properties("acme", "ledger", 0);
            properties.put(Hook.REQUIRED, true);
            REGISTRY.unregister(REGISTRY.register(HookKinds.USAGE, properties, rows -> {}));
            CompletableFuture<String> call = Calls.start(() -> view.hooks().emit(List.of("row")));
            view.waitForWaiting(1);
            view.pass(GRACE);
            assertThat(Await.result(call)).isEqualTo("yes");
            assertThat(view.hooks().hooks()).isEmpty();
        }
    }

    @Test
    void aSinkThatWasNeverThereButIsRequiredMeansTheHostKeepsItsRows() {
        try (TestView view = TestView.requiring(REGISTRY, "usage")) {
            view.pass(GRACE);
            assertThat(Calls.outcome(() -> view.hooks().emit(List.of("row"))))
                    .isEqualTo(UNAVAILABLE.formatted("usage"));
        }
    }

    @Test
    void oneCallerMoreThanMayWaitIsRefusedAtOnce() throws Exception {
        try (TestView view = TestView.requiring(REGISTRY, "permission")) {
            List<CompletableFuture<String>> calls = new ArrayList<>();
            for (int i = 0; i < HookRegistry.MAX_WAITING; i++) {
                calls.add(startRequire(view));
            }
            view.waitForWaiting(HookRegistry.MAX_WAITING);
            assertThat(require(view))
                    .isEqualTo("503 Too many requests wait for a hook of this server; try again shortly.");
            allowing("lumid", 0);
            for (CompletableFuture<String> call : calls) {
                assertThat(Await.result(call)).isEqualTo("yes");
            }
        }
    }

    @Test
    void anInterruptedCallerGets503AndKeepsItsFlag() throws Exception {
        try (TestView view = TestView.requiring(REGISTRY, "permission")) {
            CompletableFuture<String> outcome = new CompletableFuture<>();
            Thread caller = new Thread(() ->
                    outcome.complete(require(view) + Thread.currentThread().isInterrupted()));
            caller.start();
            view.waitForWaiting(1);
            caller.interrupt();
            assertThat(Await.result(outcome))
                    .startsWith("503 The request was interrupted")
                    .endsWith("true");
        }
    }

    @Test
    void aViewThatIsClosedAnswers503ToThoseWhoWaitAndForEver() throws Exception {
        TestView view = TestView.patient(REGISTRY);
        REGISTRY.unregister(allowing("lumid", 0));
        var hooks = view.hooks();
        var call = startRequire(view);
        view.waitForWaiting(1);
        view.close();
        assertThat(Await.result(call)).isEqualTo("503 The hooks of this server are shutting down.");
        allowing("lumid", 0);
        assertThat(Calls.outcome(() -> hooks.require(BOB, WORKFLOW, "read")))
                .isEqualTo("503 The hooks of this server are shutting down.");
        assertThat(Calls.outcome(() -> hooks.authenticate("t"))).startsWith("503");
    }

    @Test
    void aHookIsListedAsPresentThenAsMissed() {
        try (TestView view = TestView.requiring(REGISTRY, "identity, permission")) {
            var lumid = allowing("lumid", 7);
            HookStatus identity = new HookStatus("identity", "", 0, true, HookStatus.State.UNAVAILABLE);
            assertThat(view.hooks().hooks())
                    .containsExactly(
                            identity, new HookStatus("permission", "lumid", 7, true, HookStatus.State.PRESENT));
            REGISTRY.unregister(lumid);
            assertThat(view.hooks().hooks())
                    .containsExactly(
                            identity, new HookStatus("permission", "lumid", 7, true, HookStatus.State.UNAVAILABLE));
        }
    }

    @Test
    void aHookWithdrawnFromTheHostIsMissedLikeOneThatLeft() throws Exception {
        try (TestView view = TestView.patient(REGISTRY)) {
            var lumid = allowing("lumid", 0);
            lumid.setProperties(TestRegistry.properties("elsewhere", "lumid", 0));
            var call = startRequire(view);
            view.waitForWaiting(1);
            lumid.setProperties(TestRegistry.properties("acme", "lumid", 0));
            assertThat(Await.result(call)).isEqualTo("yes");
        }
    }
}
