package id.lum.flowmesh.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.identity.CoreConfiguration;
import id.lum.core.identity.Introspection;
import id.lum.core.identity.IntrospectionSettings;
import id.lum.fakes.FakeLumid;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.support.config.DeclaredSettings;
import id.lum.testing.Await;
import id.lum.testing.EmptyFramework;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Who pays, while the core comes and goes, by a real service registry and a real introspection. */
class LumidPayersTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final PrincipalContext BOB = new PrincipalContext("bob", "lumid", "bob", "user", List.of());

    @TempDir
    static Path storage;

    private static EmptyFramework framework;

    private final FakeLumid lumid = FakeLumid.start().issue("bob-token", "bob", "bob@example.com");
    private final Introspection introspection = introspection();
    private final LumidPayers payers = new LumidPayers(bundle());

    @BeforeAll
    static void startFelix() throws Exception {
        framework = new EmptyFramework(storage);
    }

    @AfterAll
    static void stopFelix() throws Exception {
        framework.close();
    }

    @AfterEach
    void stop() {
        payers.close();
        introspection.close();
        lumid.close();
    }

    private static BundleContext bundle() {
        return framework.context();
    }

    private Introspection introspection() {
        Introspection started = new Introspection(IntrospectionSettings.parse(
                DeclaredSettings.of(CoreConfiguration.class, "id.lum.test", Map.of("base.url", lumid.url()))));
        started.resolve("bob-token");
        return started;
    }

    private static ServiceRegistration<Introspection> publish(Introspection introspection) {
        return bundle().registerService(Introspection.class, introspection, new Hashtable<>());
    }

    /** In a thread of its own, which waits when this returns. */
    private CompletableFuture<Optional<String>> waiting() {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                answer.complete(payers.emailOf(BOB, LONG));
            } catch (HookRejection | InterruptedException refused) {
                answer.completeExceptionally(refused);
            }
        });
        caller.start();
        Await.until("it waits", () -> caller.getState() == Thread.State.TIMED_WAITING);
        return answer;
    }

    @Test
    void theAddressIsKnownAsSoonAsTheCoreIsThere() throws Exception {
        assertThat(payers.knownEmailOf("bob")).isEmpty();
        CompletableFuture<Optional<String>> answer = waiting();
        ServiceRegistration<Introspection> core = publish(introspection);
        assertThat(Await.result(answer)).contains("bob@example.com");
        assertThat(payers.knownEmailOf("bob")).contains("bob@example.com");
        PrincipalContext elsewhere = new PrincipalContext("bob", "acme", "bob", "user", List.of());
        assertThat(payers.emailOf(elsewhere, LONG)).isEmpty();
        core.unregister();
    }

    @Test
    void withoutTheCoreItCannotBeToldWhoPays() {
        assertThatThrownBy(() -> payers.emailOf(BOB, Duration.ofMillis(10)))
                .isInstanceOfSatisfying(
                        HookRejection.class,
                        rejection -> assertThat(rejection.status()).isEqualTo(503));
    }

    @Test
    void anIntrospectionThatClosesWhileItIsAskedIsFollowedByItsSuccessor() throws Exception {
        // The service that is closed is still to be found by who looked a moment ago.
        Introspection closed = introspection();
        ServiceRegistration<Introspection> before = publish(closed);
        payers.knownEmailOf("bob");
        closed.close();
        assertThatThrownBy(() -> payers.emailOf(BOB, LONG)).isInstanceOf(HookRejection.class);
        before.unregister();
        CompletableFuture<Optional<String>> answer = waiting();
        ServiceRegistration<Introspection> after = publish(introspection);
        assertThat(Await.result(answer)).contains("bob@example.com");
        after.unregister();
    }

    @Test
    void aStopEndsTheWaitingWith503() {
        CompletableFuture<Optional<String>> answer = waiting();
        payers.close();
        assertThatThrownBy(() -> Await.result(answer))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(HookRejection.class);
    }
}
