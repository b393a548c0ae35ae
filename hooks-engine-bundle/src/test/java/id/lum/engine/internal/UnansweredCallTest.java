package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.host.HookKind;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.ServiceRegistration;

/** Calls during which a hook leaves before it has answered, and is not back when the grace time is over. */
class UnansweredCallTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());
    private static final String UNAVAILABLE = "503 The %s hook of this server is unavailable; try again shortly.";

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final List<Object> taken = new ArrayList<>();

    /** Without a grace time: what has left is not waited for. */
    private static TestView requiring(String required) {
        return new TestView(REGISTRY, Map.of("required", required, "grace.ms", "0"));
    }

    /** A hook that leaves when it is asked. */
    private static final class Leaving {
        private final AtomicReference<ServiceRegistration<?>> own = new AtomicReference<>();

        <H> void register(HookKind<H> kind, Dictionary<String, Object> properties, H hook) {
            own.set(REGISTRY.register(kind, properties, hook));
        }

        HookRejection leave() {
            REGISTRY.unregister(own.get());
            return HookRejection.unavailable("Stopping.");
        }
    }

    private static Dictionary<String, Object> properties(String name, int ranking) {
        return TestRegistry.properties("acme", name, ranking);
    }

    private static Dictionary<String, Object> requiredByItself(String name, int ranking) {
        Dictionary<String, Object> properties = properties(name, ranking);
        properties.put(Hook.REQUIRED, true);
        return properties;
    }

    private static String emit(TestView view) {
        return Calls.outcome(() -> view.hooks().emit(List.of("row")));
    }

    @Test
    void tokenThatAProviderLeftUnansweredIsNotRefusedAsNobodysThoughNobodyRequiresTheProvider() {
        try (TestView view = requiring("permission")) {
            Leaving lumid = new Leaving();
            lumid.register(HookKinds.IDENTITY, properties("lumid", 0), bearer -> {
                throw lumid.leave();
            });
            assertThat(Calls.outcome(() -> view.hooks().authenticate("t")))
                    .isEqualTo(UNAVAILABLE.formatted("identity"));
            assertThat(Calls.outcome(() -> view.hooks().authenticate("t")))
                    .as("a call that begins after the grace time does not know of it")
                    .startsWith("401");
        }
    }

    @Test
    void tokenThatAnotherProviderAcceptsIsItsOwnersThoughOneLeftItUnanswered() {
        try (TestView view = requiring("")) {
            Leaving lumid = new Leaving();
            lumid.register(HookKinds.IDENTITY, properties("lumid", 9), bearer -> {
                throw lumid.leave();
            });
            REGISTRY.register(HookKinds.IDENTITY, "other", 0, bearer -> Optional.of(BOB));
            assertThat(Calls.outcome(() -> view.hooks().authenticate("t").principalId()))
                    .isEqualTo("bob");
        }
    }

    @Test
    void questionOfAHostsOwnKindThatWasLeftUnansweredIs503AndNotNoAnswer() {
        try (TestView view = requiring("")) {
            Leaving resolver = new Leaving();
            resolver.register(TestRegistry.SUPPLIER, properties("lumid", 0), worker -> Optional.empty());
            assertThat(Calls.outcome(() -> view.hooks().first(TestRegistry.SUPPLIER, hook -> {
                        throw resolver.leave();
                    })))
                    .isEqualTo(UNAVAILABLE.formatted("supplier"));
        }
    }

    @Test
    void rowsThatASinkRequiredByItselfLeftUnansweredStayTheHostsAndTheOtherSinksHaveThem() {
        try (TestView view = requiring("")) {
            Leaving ledger = new Leaving();
            ledger.register(HookKinds.USAGE, requiredByItself("ledger", 9), rows -> {
                throw ledger.leave();
            });
            REGISTRY.register(HookKinds.USAGE, "other", 0, taken::addAll);
            assertThat(emit(view)).isEqualTo(UNAVAILABLE.formatted("usage"));
            assertThat(taken).containsExactly("row");
        }
    }

    @Test
    void rowsThatTheSuccessorOfARequiredSinkTookAreTaken() {
        try (TestView view = requiring("")) {
            Leaving ledger = new Leaving();
            ledger.register(HookKinds.USAGE, requiredByItself("ledger", 9), rows -> {
                HookRejection stopping = ledger.leave();
                REGISTRY.register(HookKinds.USAGE, requiredByItself("ledger", 9), taken::addAll);
                throw stopping;
            });
            assertThat(emit(view)).isEqualTo("yes");
            assertThat(taken).containsExactly("row");
        }
    }

    @Test
    void rowsThatASinkLeftUnansweredAreNotTheHostsIfNobodyRequiresTheSink() {
        try (TestView view = requiring("")) {
            Leaving ledger = new Leaving();
            ledger.register(HookKinds.USAGE, properties("ledger", 9), rows -> {
                throw ledger.leave();
            });
            assertThat(emit(view)).isEqualTo("yes");
            assertThat(view.hooks().swaps().rowsWithoutSink()).isEqualTo(1);
        }
    }

    @Test
    void ofTwoGuardsOfOneNameTheOneThatAnswersDoesNotSpeakForTheOneThatLeft() {
        try (TestView view = requiring("")) {
            Leaving strict = new Leaving();
            strict.register(HookKinds.GUARD, properties("twin", 9), principal -> {
                throw strict.leave();
            });
            REGISTRY.register(HookKinds.GUARD, "twin", 0, principal -> {});
            assertThat(Calls.outcome(() -> view.hooks().checkSubmission(BOB)))
                    .isEqualTo(UNAVAILABLE.formatted("guard"));
        }
    }
}
