package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.testing.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.ServiceRegistration;

/** What becomes of the claims that were made when a later checker does not claim. */
class UndoneClaimTest {
    private static final ResourceRef PREFIX = ResourceRef.of("prefix", "data");
    private static final PrincipalContext MALLORY = new PrincipalContext("mallory", "demo", "", "user", List.of());

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private TestView view;

    @BeforeEach
    void open() {
        view = TestView.patient(REGISTRY);
    }

    @AfterEach
    void close() {
        view.close();
    }

    /** Allows, and does this when it is to claim. */
    private static FirstComeChecker claiming(Supplier<Optional<String>> behaviour) {
        return new FirstComeChecker() {
            @Override
            public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                return behaviour.get();
            }
        };
    }

    private static FirstComeChecker refusing() {
        return claiming(() -> {
            throw HookRejection.forbidden("Somebody else's.");
        });
    }

    private FirstComeChecker witnessed(String name) {
        return new FirstComeChecker() {
            @Override
            public void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
                order.add(name);
                super.undoClaim(principal, resource, receipt);
            }
        };
    }

    private static <C extends PermissionChecker> C add(String name, int ranking, C checker) {
        REGISTRY.register(HookKinds.PERMISSION, name, ranking, checker);
        return checker;
    }

    private String require() {
        return Calls.outcome(() -> view.hooks().require(MALLORY, PREFIX, "write"));
    }

    private CompletableFuture<String> startRequire() {
        return Calls.start(() -> view.hooks().require(MALLORY, PREFIX, "write"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuses", "cannot tell", "breaks", "breaks badly", "answers null"})
    void claimsAreUndoneLastFirstWhenALaterCheckerDoesNotClaim(String how) {
        FirstComeChecker first = add("first", 100, witnessed("first"));
        FirstComeChecker second = add("second", 50, witnessed("second"));
        add("third", 0, claiming(() -> switch (how) {
            case "refuses" -> throw HookRejection.forbidden("Not you.");
            case "cannot tell" -> throw HookRejection.unavailable("Ask later.");
            case "breaks" -> throw new IllegalStateException("broken");
            case "breaks badly" -> throw new NoClassDefFoundError("broken");
            default -> null;
        }));
        assertThat(require())
                .isEqualTo(
                        switch (how) {
                            case "refuses" -> "403 Not you.";
                            case "cannot tell" -> "503 Ask later.";
                            default -> "503 The permission hook of this server failed.";
                        });
        assertThat(order).containsExactly("second", "first");
        assertThat(first.owners).isEmpty();
        assertThat(second.owners).isEmpty();
    }

    @Test
    void theRightfulOwnerGetsWhatAnotherClaimedAtOneCheckerOfTwo() {
        FirstComeChecker first = add("first", 100, new FirstComeChecker());
        FirstComeChecker second = add("second", 0, new FirstComeChecker() {
            @Override
            public boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
                return true;
            }

            @Override
            public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                if (principal.equals(MALLORY)) {
                    throw HookRejection.forbidden("Not you.");
                }
                return super.claim(principal, resource, action);
            }
        });
        assertThat(require()).isEqualTo("403 Not you.");
        PrincipalContext alice = new PrincipalContext("alice", "demo", "", "user", List.of());
        assertThat(Calls.outcome(() -> view.hooks().require(alice, PREFIX, "write")))
                .isEqualTo("yes");
        assertThat(first.ownerOf(PREFIX)).contains("alice");
        assertThat(second.ownerOf(PREFIX)).contains("alice");
    }

    @Test
    void whatThePrincipalHeldBeforeTheCallStays() {
        FirstComeChecker first = add("first", 100, new FirstComeChecker());
        first.claim(MALLORY, PREFIX, "write");
        first.calls.clear();
        add("second", 0, refusing());
        assertThat(require()).isEqualTo("403 Somebody else's.");
        assertThat(first.ownerOf(PREFIX)).contains("mallory");
        assertThat(first.calls).containsExactly("require", "claim");
    }

    @Test
    void nothingIsUndoneWhenEveryCheckerClaims() {
        FirstComeChecker first = add("first", 100, new FirstComeChecker());
        add("second", 0, new FirstComeChecker());
        assertThat(require()).isEqualTo("yes");
        assertThat(first.calls).containsExactly("require", "claim");
    }

    @Test
    void aClaimIsUndoneByTheSuccessorOfACheckerThatHasLeft() throws Exception {
        FirstComeChecker first = new FirstComeChecker();
        ServiceRegistration<?> old = REGISTRY.register(HookKinds.PERMISSION, "first", 100, first);
        add("second", 0, claiming(() -> {
            REGISTRY.unregister(old);
            throw HookRejection.forbidden("Not you.");
        }));
        CompletableFuture<String> call = startRequire();
        view.waitForWaiting(1);
        assertThat(first.ownerOf(PREFIX)).contains("mallory");
        FirstComeChecker successor = add("first", 100, new FirstComeChecker(first.owners));
        assertThat(Await.result(call)).isEqualTo("403 Not you.");
        assertThat(successor.calls).containsExactly("undo");
        assertThat(first.owners).isEmpty();
    }

    @Test
    void aCheckerThatLeavesWhileItUndoesUndoesThroughItsSuccessor() throws Exception {
        CountDownLatch undoing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        FirstComeChecker first = new FirstComeChecker() {
            @Override
            public void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
                undoing.countDown();
                Await.latch(release);
                throw HookRejection.unavailable("The store is closed.");
            }
        };
        ServiceRegistration<?> old = REGISTRY.register(HookKinds.PERMISSION, "first", 100, first);
        add("second", 0, refusing());
        CompletableFuture<String> call = startRequire();
        Await.latch(undoing);
        REGISTRY.unregister(old);
        add("first", 100, new FirstComeChecker(first.owners));
        release.countDown();
        assertThat(Await.result(call)).isEqualTo("403 Somebody else's.");
        assertThat(first.owners).isEmpty();
    }

    @Test
    void aCheckerThatStaysAwayLeavesItsClaimAndOneLineThatNamesIt() throws Exception {
        FirstComeChecker first = new FirstComeChecker();
        ServiceRegistration<?> old = REGISTRY.register(HookKinds.PERMISSION, "first", 100, first);
        add("second", 0, claiming(() -> {
            REGISTRY.unregister(old);
            throw HookRejection.forbidden("Not you.");
        }));
        String log = SecretsTest.logOf(() -> {
            CompletableFuture<String> call = startRequire();
            view.waitForWaiting(1);
            view.pass(2000);
            assertThat(Calls.outcome(() -> Await.result(call))).isEqualTo("403 Not you.");
        });
        assertThat(first.ownerOf(PREFIX)).contains("mallory");
        assertThat(errors(log)).singleElement().asString().contains("prefix data to mallory", "hook first");
    }

    @Test
    void anUndoingThatFailsIsAnErrorInOneLineAndTheOthersAreUndoneAllTheSame() {
        ResourceRef nasty = ResourceRef.of("pre\nfix", "da\nta");
        PrincipalContext stranger = new PrincipalContext("mal\nlory", "demo", "", "user", List.of());
        FirstComeChecker first = add("first", 100, new FirstComeChecker());
        FirstComeChecker second = add("second", 50, new FirstComeChecker() {
            @Override
            public void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
                throw HookRejection.unavailable("The disk\nis full.");
            }
        });
        add("third", 0, refusing());
        String log = SecretsTest.logOf(() -> assertThat(
                        Calls.outcome(() -> view.hooks().require(stranger, nasty, "write")))
                .isEqualTo("403 Somebody else's."));
        assertThat(errors(log))
                .singleElement()
                .asString()
                .contains("pre\\u000afix da\\u000ata to mal\\u000alory", "hook second", "The disk\\u000ais full.");
        assertThat(first.owners).isEmpty();
        assertThat(second.ownerOf(nasty)).contains("mal\nlory");
    }

    @Test
    void aCheckerThatGivesReceiptsButUndoesNothingIsAnError() {
        add("first", 100, new PermissionChecker() {
            @Override
            public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                return AccessibleIds.all();
            }

            @Override
            public void require(PrincipalContext principal, ResourceRef resource, String action) {}

            @Override
            public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                return Optional.of("receipt");
            }
        });
        add("second", 0, refusing());
        String log = SecretsTest.logOf(() -> assertThat(require()).isEqualTo("403 Somebody else's."));
        assertThat(log).contains("undoes none");
        assertThat(errors(log)).anyMatch(line -> line.contains("prefix data to mallory"));
    }

    @Test
    void theClaimOfACallerWhoIsInterruptedIsUndone() throws Exception {
        FirstComeChecker first = add("first", 100, new FirstComeChecker() {
            @Override
            public void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                super.undoClaim(principal, resource, receipt);
            }
        });
        // Its successor never comes, so that the caller waits.
        ServiceRegistration<?>[] second = new ServiceRegistration<?>[1];
        second[0] = REGISTRY.register(HookKinds.PERMISSION, "second", 0, claiming(() -> {
            REGISTRY.unregister(second[0]);
            throw HookRejection.unavailable("I have left.");
        }));
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread caller = new Thread(
                () -> outcome.complete(require() + Thread.currentThread().isInterrupted()));
        caller.start();
        view.waitForWaiting(1);
        caller.interrupt();
        assertThat(Await.result(outcome))
                .startsWith("503 The request was interrupted")
                .endsWith("true");
        assertThat(first.owners).isEmpty();
    }

    @Test
    void aClaimIsUndoneThoughTheViewIsClosedMeanwhile() throws Exception {
        FirstComeChecker first = add("first", 100, new FirstComeChecker());
        add("second", 0, claiming(() -> {
            view.close();
            throw HookRejection.forbidden("Not you.");
        }));
        var hooks = view.hooks();
        assertThat(Calls.outcome(() -> hooks.require(MALLORY, PREFIX, "write"))).isEqualTo("403 Not you.");
        assertThat(first.owners).isEmpty();
        view = new TestView(REGISTRY, Map.of("required", ""));
    }

    private static List<String> errors(String log) {
        return log.lines().filter(line -> line.contains("ERROR")).toList();
    }
}
