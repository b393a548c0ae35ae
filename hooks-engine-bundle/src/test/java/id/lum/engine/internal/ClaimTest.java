package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import id.lum.testing.Await;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.ServiceRegistration;

/** When a resource that nobody holds is claimed: after every checker has allowed, and for one principal. */
class ClaimTest {
    private static final ResourceRef PREFIX = ResourceRef.of("prefix", "data");

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private TestView view;

    @BeforeEach
    void open() {
        view = TestView.patient(REGISTRY);
    }

    @AfterEach
    void close() {
        view.close();
    }

    /** Lets one principal in and claims nothing. */
    private record Tenant(String allowed) implements PermissionChecker {
        @Override
        public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
            return AccessibleIds.all();
        }

        @Override
        public void require(PrincipalContext principal, ResourceRef resource, String action) {
            if (!principal.principalId().equals(allowed)) {
                throw HookRejection.forbidden("Not of this tenant.");
            }
        }
    }

    private static PrincipalContext principal(String name) {
        return new PrincipalContext(name, "demo", "", "user", List.of());
    }

    private static <C extends PermissionChecker> C add(String name, int ranking, C checker) {
        REGISTRY.register(HookKinds.PERMISSION, name, ranking, checker);
        return checker;
    }

    private String require(String principal) {
        return Calls.outcome(() -> view.hooks().require(principal(principal), PREFIX, "write"));
    }

    @Test
    void aClaimIsNotMadeWhenACheckerFurtherDownDenies() {
        FirstComeChecker claiming = add("claiming", 100, new FirstComeChecker());
        add("tenant", 0, new Tenant("alice"));
        assertThat(require("mallory")).isEqualTo("403 Not of this tenant.");
        assertThat(claiming.owners).isEmpty();
        assertThat(require("alice")).isEqualTo("yes");
        assertThat(claiming.ownerOf(PREFIX)).contains("alice");
    }

    @Test
    void whoHoldsAlreadyIsAskedOnce() {
        FirstComeChecker claiming = add("claiming", 100, new FirstComeChecker());
        assertThat(require("alice")).isEqualTo("yes");
        claiming.calls.clear();
        assertThat(require("alice")).isEqualTo("yes");
        assertThat(claiming.calls).containsExactly("require");
    }

    @Test
    void ofManyWhoClaimAtOnceOneIsAllowedAndOwnsItAtEveryChecker() throws Exception {
        FirstComeChecker first = add("first", 100, new FirstComeChecker());
        FirstComeChecker second = add("second", 50, new FirstComeChecker());
        for (int race = 0; race < 200; race++) {
            ResourceRef prefix = ResourceRef.of("prefix", "data/" + race);
            CyclicBarrier start = new CyclicBarrier(4);
            Map<String, CompletableFuture<String>> racers = new ConcurrentHashMap<>();
            for (String name : List.of("a", "b", "c", "d")) {
                racers.put(name, Calls.start(() -> {
                    start.await(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
                    view.hooks().require(principal(name), prefix, "write");
                    return "yes";
                }));
            }
            List<String> winners = new ArrayList<>();
            for (Map.Entry<String, CompletableFuture<String>> racer : racers.entrySet()) {
                String outcome = Await.result(racer.getValue());
                assertThat(outcome).isIn("yes", "403 Somebody else's.");
                if (outcome.equals("yes")) {
                    winners.add(racer.getKey());
                }
            }
            // All racers meet the same first checker, so nobody who loses there has claimed anything further down.
            assertThat(winners).hasSize(1);
            assertThat(new HashSet<>(List.of(first.ownerOf(prefix), second.ownerOf(prefix))))
                    .containsExactly(Optional.of(winners.get(0)));
        }
    }

    @Test
    void aClaimMadeBetweenQuestionAndClaimDeniesTheSlowerCaller() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        FirstComeChecker claiming = add("claiming", 100, new FirstComeChecker());
        add("slow", 0, new FirstComeChecker() {
            @Override
            public boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
                if (principal.principalId().equals("slow")) {
                    asked.countDown();
                    Await.latch(release);
                }
                return false;
            }

            @Override
            public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                return Optional.empty();
            }
        });
        CompletableFuture<String> slow = Calls.start(() -> view.hooks().require(principal("slow"), PREFIX, "write"));
        Await.latch(asked);
        assertThat(require("quick")).isEqualTo("yes");
        release.countDown();
        assertThat(Await.result(slow)).isEqualTo("403 Somebody else's.");
        assertThat(claiming.ownerOf(PREFIX)).contains("quick");
    }

    @Test
    void aCheckerThatLeavesWhileItClaimsClaimsThroughItsSuccessor() throws Exception {
        CountDownLatch claiming = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ServiceRegistration<?> old = REGISTRY.register(HookKinds.PERMISSION, "lumid", 100, new FirstComeChecker() {
            @Override
            public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                claiming.countDown();
                Await.latch(release);
                throw new IllegalStateException("The store is closed.");
            }
        });
        CompletableFuture<String> call = Calls.start(() -> view.hooks().require(principal("alice"), PREFIX, "write"));
        Await.latch(claiming);
        REGISTRY.unregister(old);
        FirstComeChecker successor = add("lumid", 100, new FirstComeChecker());
        release.countDown();
        assertThat(Await.result(call)).isEqualTo("yes");
        assertThat(successor.ownerOf(PREFIX)).contains("alice");
        assertThat(successor.calls).containsExactly("claim");
    }

    @Test
    void aClaimThatCannotBeMadeNowIsUnavailable() {
        add("lumid", 100, new FirstComeChecker() {
            @Override
            public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                throw HookRejection.unavailable("Grants are unavailable");
            }
        });
        assertThat(require("alice")).isEqualTo("503 Grants are unavailable");
    }

    @Test
    void aQuestionOfAnOperatorClaimsNothing() {
        FirstComeChecker claiming = add("claiming", 100, new FirstComeChecker());
        HookCommands commands = REGISTRY.commands();
        commands.views = List.<HostHooks<?>>of(view.hooks());
        String host = view.hooks().host();
        assertThat(commands.require(host, principal("alice"), "prefix", "data", "write"))
                .isEqualTo("yes");
        assertThat(commands.requirekind(host, principal("alice"), "prefix", "write"))
                .isEqualTo("yes");
        assertThat(claiming.owners).isEmpty();
    }
}
