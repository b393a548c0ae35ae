package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.host.HostHooks;
import id.lum.support.config.DeclaredSettings;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

class HostViewOwnerTest {
    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());

    /** Callers wait so long that only a failure reaches the end of it. */
    private static final Map<String, Object> PATIENT =
            configuration("id.lum.hooks.host~a", "host", "acme", "required", "identity", "grace.ms", "120000");

    private final HostReservations reservations = new HostReservations(name -> new HeldTimer());
    private Optional<HostViewOwner> owner = Optional.empty();

    private static Map<String, Object> configuration(String pid, String... pairs) {
        Map<String, Object> properties = new HashMap<>(Map.of("service.pid", pid));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        return properties;
    }

    private HostViewOwner open(Map<String, Object> configuration) {
        return new HostViewOwner(REGISTRY.bundle(), reservations, REGISTRY.kinds(), configuration);
    }

    /** Opens one that is closed after the test. */
    private HostViewOwner start(Map<String, Object> configuration) {
        return start(REGISTRY.kinds(), configuration);
    }

    private HostViewOwner start(HookKinds kinds, Map<String, Object> configuration) {
        owner = Optional.of(new HostViewOwner(REGISTRY.bundle(), reservations, kinds, configuration));
        return owner.get();
    }

    @AfterEach
    void stop() {
        owner.ifPresent(HostViewOwner::close);
    }

    /**
     * Not looked up by interface: the index of Felix 7.0.5 for that loses a service which is registered in the moment
     * in which the last other one of its interface leaves (CapabilitySet.deindexCapability).
     */
    private static List<String> hosts(Class<?> type) throws Exception {
        ServiceReference<?>[] found = REGISTRY.bundle().getServiceReferences((String) null, "(hook.host=*)");
        return found == null
                ? List.of()
                : Arrays.stream(found)
                        .filter(reference -> List.of((String[]) reference.getProperty(Constants.OBJECTCLASS))
                                .contains(type.getName()))
                        .map(reference -> (String) reference.getProperty("hook.host"))
                        .sorted()
                        .toList();
    }

    private static HostHooks<?> view() {
        return REGISTRY.bundle().getService(REGISTRY.bundle().getServiceReference(HostHooks.class));
    }

    @Test
    void aGoodConfigurationPublishesAViewUntilItIsDeleted() throws Exception {
        HostViewOwner acme = start(configuration("id.lum.hooks.host~a", "host", "acme"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
        assertThat(view().host()).isEqualTo("acme");
        acme.close();
        assertThat(hosts(HostHooks.class)).isEmpty();
    }

    @Test
    void aRefusedConfigurationAtTheStartPublishesNothingAndACorrectedOneDoes() throws Exception {
        HostViewOwner acme = start(configuration("id.lum.hooks.host~a", "host", "acme", "grace.ms", "soon"));
        assertThat(hosts(HostHooks.class)).isEmpty();
        acme.apply(configuration("id.lum.hooks.host~a", "host", "acme", "grace.ms", "5"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
    }

    @Test
    void aRefusedChangeLeavesTheLastGoodConfigurationInForce() {
        HostViewOwner acme =
                start(configuration("id.lum.hooks.host~a", "host", "acme", "required", "usage", "grace.ms", "0"));
        HostHooks<?> before = view();
        acme.apply(configuration("id.lum.hooks.host~a", "host", "acme", "required", "nonsense"));
        assertThat(view()).isSameAs(before);
        assertThat(before.hooks()).extracting("kind").containsExactly("usage");
    }

    @Test
    void theServiceCarriesTheGraceTimeInForce() {
        HostViewOwner acme = start(configuration("id.lum.hooks.host~a", "host", "acme"));
        ServiceReference<?> service = REGISTRY.bundle().getServiceReference(HostHooks.class);
        assertThat(service.getProperty(HostHooks.GRACE_MILLIS)).isEqualTo(HostHooks.GRACE_MILLIS_DEFAULT);
        acme.apply(configuration("id.lum.hooks.host~a", "host", "acme", "grace.ms", "5"));
        acme.apply(configuration("id.lum.hooks.host~a", "host", "acme", "grace.ms", "soon"));
        assertThat(service.getProperty(HostHooks.GRACE_MILLIS)).isEqualTo(5L);
        assertThat(service.getProperty("hook.host")).isEqualTo("acme");
    }

    @Test
    void aChangedValueDoesNotReplaceTheService() {
        HostViewOwner acme = start(configuration("id.lum.hooks.host~a", "host", "acme", "required", "usage"));
        ServiceReference<?> before = REGISTRY.bundle().getServiceReference(HostHooks.class);
        acme.apply(configuration("id.lum.hooks.host~a", "host", "acme", "required", "guard"));
        assertThat(REGISTRY.bundle().getServiceReference(HostHooks.class).compareTo(before))
                .isZero();
        assertThat(view().hooks()).extracting("kind").containsExactly("guard");
    }

    @Test
    void aSecondViewForAHostIsRefusedAndTheFirstUnharmed() throws Exception {
        start(configuration("id.lum.hooks.host~a", "host", "acme"));
        HostViewOwner second = open(configuration("id.lum.hooks.host~b", "host", "acme"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
        second.apply(configuration("id.lum.hooks.host~b", "host", "beta"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme", "beta");
        second.close();
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
    }

    @Test
    void changeToAHostThatAnotherConfigurationHasLeavesTheLastGoodConfigurationInForce() throws Exception {
        start(configuration("id.lum.hooks.host~a", "host", "acme"));
        HostViewOwner beta = open(configuration("id.lum.hooks.host~b", "host", "beta"));
        assertThat(SecretsTest.logOf(() -> beta.apply(configuration("id.lum.hooks.host~b", "host", "acme"))))
                .containsOnlyOnce(" ERROR ")
                .contains(
                        "id.lum.hooks.host~b: host = \"acme\" is refused: it has a view already, from "
                                + "id.lum.hooks.host~a,",
                        "The last good configuration stays in force.");
        assertThat(hosts(HostHooks.class)).containsExactly("acme", "beta");
        beta.close();
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
    }

    @Test
    void configurationThatIsOnlyReadTakesNoHost() throws Exception {
        HostViewOwner acme = start(configuration("id.lum.hooks.host~a", "host", "acme"));
        acme.parse(DeclaredSettings.of(
                HostViewConfiguration.class,
                HostViewConfiguration.PID,
                configuration("id.lum.hooks.host~a", "host", "beta")));
        HostViewOwner beta = open(configuration("id.lum.hooks.host~b", "host", "beta"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme", "beta");
        beta.close();
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
    }

    @Test
    void aSecondViewComesByItselfOnceTheFirstIsDeleted() throws Exception {
        HostViewOwner first = start(configuration("id.lum.hooks.host~a", "host", "acme", "required", "usage"));
        HostViewOwner second = open(configuration("id.lum.hooks.host~b", "host", "acme", "required", "guard"));
        first.close();
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
        assertThat(view().hooks()).extracting("kind").containsExactly("guard");
        second.close();
        assertThat(hosts(HostHooks.class)).isEmpty();
    }

    @Test
    void theConfigurationThatIsNamedForItsHostCountsAndNotACopyThatCameFirst() throws Exception {
        Map<String, Object> old = configuration(
                "id.lum.hooks.host~a",
                "host",
                "acme",
                "required",
                "usage",
                "felix.fileinstall.filename",
                "file:/etc/id.lum.hooks.host-a.cfg");
        Map<String, Object> own = configuration(
                "id.lum.hooks.host~acme",
                "host",
                "acme",
                "required",
                "guard",
                "felix.fileinstall.filename",
                "file:/etc/id.lum.hooks.host-acme.cfg");
        HostViewOwner original;
        List<String> errors;
        try (CapturedLog log = new CapturedLog()) {
            start(old);
            original = open(own);
            errors = log.errors();
        }
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
        assertThat(view().hooks()).extracting("kind").containsExactly("guard");
        assertThat(errors)
                .singleElement()
                .asString()
                .contains(
                        "from id.lum.hooks.host~acme of the file /etc/id.lum.hooks.host-acme.cfg",
                        "this one is id.lum.hooks.host~a of the file /etc/id.lum.hooks.host-a.cfg");

        original.apply(configuration("id.lum.hooks.host~acme", "host", "beta"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme", "beta");
        original.apply(own);
        assertThat(view().hooks()).extracting("kind").containsExactly("guard");

        original.close();
        assertThat(view().hooks()).extracting("kind").containsExactly("usage");
    }

    @Test
    void ofTwoThatHaveEachOthersHostEachGetsItsOwn() throws Exception {
        for (int i = 0; i < 100; i++) {
            HostViewOwner one = open(configuration("id.lum.hooks.host~x", "host", "y"));
            HostViewOwner other = open(configuration("id.lum.hooks.host~y", "host", "x"));
            var changing = Calls.start(() -> other.apply(configuration("id.lum.hooks.host~y", "host", "y")));
            one.apply(configuration("id.lum.hooks.host~x", "host", "x"));
            Await.result(changing);
            assertThat(hosts(HostHooks.class)).containsExactly("x", "y");
            one.close();
            other.close();
            assertThat(hosts(HostHooks.class)).isEmpty();
        }
    }

    @Test
    void aSecondViewThatWasDeletedDoesNotComeBack() throws Exception {
        HostViewOwner first = start(configuration("id.lum.hooks.host~a", "host", "acme"));
        HostViewOwner second = open(configuration("id.lum.hooks.host~b", "host", "acme"));
        second.close();
        first.close();
        assertThat(hosts(HostHooks.class)).isEmpty();
    }

    @Test
    void aHostThatBecomesFreeIsNotTakenByAConfigurationThatHasBecomeUnfitButByTheNext() throws Exception {
        HostViewOwner first = start(configuration("id.lum.hooks.host~a", "host", "acme", "required", "usage"));
        HostViewOwner second = open(configuration("id.lum.hooks.host~b", "host", "acme", "required", "guard"));
        HostViewOwner third = open(configuration("id.lum.hooks.host~c", "host", "acme", "required", "optimizer"));
        second.apply(configuration("id.lum.hooks.host~b", "host", "acme", "grace.ms", "soon"));
        first.close();
        assertThat(view().hooks()).extracting("kind").containsExactly("optimizer");
        third.close();
        second.close();
        assertThat(hosts(HostHooks.class)).isEmpty();
    }

    @Test
    void ofTwoThatComeAtOnceOneGetsTheHost() throws Exception {
        for (int i = 0; i < 100; i++) {
            AtomicReference<HostViewOwner> other = new AtomicReference<>();
            var coming = Calls.start(() -> other.set(open(configuration("id.lum.hooks.host~b", "host", "acme"))));
            HostViewOwner one = open(configuration("id.lum.hooks.host~a", "host", "acme"));
            Await.result(coming);
            assertThat(hosts(HostHooks.class)).containsExactly("acme");
            other.get().close();
            one.close();
            assertThat(hosts(HostHooks.class)).isEmpty();
        }
    }

    @Test
    void openAccessOfAHostThatEverHadAnIdentityHookStaysEnded() {
        REGISTRY.unregister(REGISTRY.register(HookKinds.IDENTITY, "lumid", 0, bearer -> Optional.empty()));
        HostViewOwner owner = start(configuration("id.lum.hooks.host~a", "host", "acme", "access", "open"));
        assertThat(Calls.outcome(() -> view().authenticate("t").principalId())).isEqualTo("admin");
        var seen = REGISTRY.register(HookKinds.IDENTITY, "lumid", 0, bearer -> Optional.empty());
        owner.apply(configuration("id.lum.hooks.host~a", "host", "elsewhere", "access", "open"));
        REGISTRY.unregister(seen);
        owner.apply(configuration("id.lum.hooks.host~a", "host", "acme", "access", "open"));
        assertThat(Calls.outcome(() -> view().authenticate("t").principalId())).startsWith("401");
    }

    @Test
    void hostThatIsNoPlainNameOrAFileSavedAsUtf16LeavesTheLastGoodConfigurationInForce() throws Exception {
        HostViewOwner acme = start(configuration("id.lum.hooks.host~a", "host", "acme"));
        HostHooks<?> before = view();
        for (Map<String, Object> unfit : List.of(
                configuration("id.lum.hooks.host~a", "host", "a b"),
                configuration("id.lum.hooks.host~a", "host", " "),
                configuration("id.lum.hooks.host~a", "host", "*"),
                configuration("id.lum.hooks.host~a", "\u00ff\u00feh\u0000o\u0000s\u0000t\u0000", "\u0000b\u0000"),
                configuration("id.lum.hooks.host~a", "host", "beta", "\u0000", "\u0000"))) {
            assertThat(SecretsTest.logOf(() -> acme.apply(unfit)))
                    .containsOnlyOnce(" ERROR ")
                    .contains("The last good configuration stays in force.")
                    .doesNotContain("WARN");
            assertThat(view()).isSameAs(before);
        }
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
    }

    @Test
    void changeOfTheHostSaysWhichViewIsWithdrawnAndWhetherAnyHookCarriesTheNewName() throws Exception {
        REGISTRY.register("beta", HookKinds.GUARD, "own", 0, principal -> {});
        HostViewOwner acme = start(configuration("id.lum.hooks.host~a", "host", "acme", "required", ""));
        String sentence = " WARN id.lum.engine.internal.HostViewOwner - id.lum.hooks.host~a: the view of the host ";
        assertThat(SecretsTest.logOf(
                        () -> acme.apply(configuration("id.lum.hooks.host~a", "host", "beta", "required", ""))))
                .contains(sentence + "acme is withdrawn, because this configuration names the host beta now.")
                .doesNotContain("No hook is registered");
        assertThat(HookTable.of(view())).doesNotContain("No hook is registered");
        assertThat(SecretsTest.logOf(
                        () -> acme.apply(configuration("id.lum.hooks.host~a", "host", "bteta", "required", ""))))
                .contains(sentence + "beta is withdrawn, because this configuration names the host bteta now. "
                        + "No hook is registered for that host; look whether the name is right.");
        assertThat(HookTable.of(view()))
                .contains("Host bteta", "No hook is registered for this host (service property hook.host).");
        assertThat(SecretsTest.logOf(
                        () -> acme.apply(configuration("id.lum.hooks.host~a", "host", "bteta", "required", "usage"))))
                .doesNotContain("WARN");
    }

    @Test
    void ownerThatCannotPublishItsViewLeavesTheHostToOthers() throws Exception {
        assertThatIllegalStateException()
                .isThrownBy(() -> new HostViewOwner(
                        refusing("acme"),
                        reservations,
                        REGISTRY.kinds(),
                        configuration("id.lum.hooks.host~b", "host", "acme")));
        assertThat(hosts(HostHooks.class)).isEmpty();
        start(configuration("id.lum.hooks.host~a", "host", "acme"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
    }

    @Test
    void changeOfHostThatCannotBePublishedLeavesTheLastViewInForceAndTheOtherHostToOthers() throws Exception {
        HostViewOwner acme = new HostViewOwner(
                refusing("beta"),
                reservations,
                REGISTRY.kinds(),
                configuration("id.lum.hooks.host~b", "host", "acme", "required", "usage"));
        assertThatIllegalStateException()
                .isThrownBy(() -> acme.apply(configuration("id.lum.hooks.host~b", "host", "beta")));
        assertThat(hosts(HostHooks.class)).containsExactly("acme");
        assertThat(view().hooks()).extracting("kind").containsExactly("usage");
        start(configuration("id.lum.hooks.host~a", "host", "beta"));
        assertThat(hosts(HostHooks.class)).containsExactly("acme", "beta");
        acme.close();
        assertThat(hosts(HostHooks.class)).containsExactly("beta");
    }

    /**
     * Acts in the thread that publishes a view, as the activation of a host's component does: calls the view, and waits
     * for an identity hook that comes with the declaration of another kind.
     *
     * @return what the call returned
     */
    private static String authenticatedWhilePublishing(HookKinds kinds, Runnable publication) throws Exception {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        AtomicReference<CompletableFuture<String>> coming = new AtomicReference<>();
        ServiceListener component = event -> {
            if (event.getType() == ServiceEvent.REGISTERED) {
                coming.set(Calls.start(() -> {
                    kinds.declare("courier", "com.example.Courier");
                    REGISTRY.register(HookKinds.IDENTITY, "lumid", 0, bearer -> Optional.of(BOB));
                }));
                outcome.complete(Calls.outcome(() -> view().authenticate("t").principalId()));
            }
        };
        REGISTRY.bundle().addServiceListener(component, "(objectClass=" + HostHooks.class.getName() + ")");
        try {
            publication.run();
        } finally {
            REGISTRY.bundle().removeServiceListener(component);
        }
        Await.result(coming.get());
        return Await.result(outcome);
    }

    @Test
    void hookThatComesWithAKindWhileTheViewIsPublishedIsNotHeldUpByThePublication() throws Exception {
        HookKinds kinds = REGISTRY.kinds();
        assertThat(authenticatedWhilePublishing(kinds, () -> start(kinds, PATIENT)))
                .isEqualTo("bob");
    }

    @Test
    void hookThatComesWithAKindWhileACorrectedConfigurationIsPublishedIsNotHeldUpByThePublication() throws Exception {
        HookKinds kinds = REGISTRY.kinds();
        HostViewOwner acme = start(kinds, configuration("id.lum.hooks.host~a", "host", "acme", "grace.ms", "soon"));
        assertThat(authenticatedWhilePublishing(kinds, () -> acme.apply(PATIENT)))
                .isEqualTo("bob");
    }

    @Test
    void kindThatIsDeclaredWhileAConfigurationThatRequiresItIsReadIsNotMissed() throws Exception {
        Map<String, Object> requiring = configuration("id.lum.hooks.host~a", "host", "acme", "required", "courier");
        for (int i = 0; i < 100; i++) {
            HookKinds kinds = REGISTRY.kinds();
            var declaring = Calls.start(() -> kinds.declare("courier", "com.example.Courier"));
            HostViewOwner acme = start(kinds, requiring);
            Await.result(declaring);
            assertThat(hosts(HostHooks.class)).containsExactly("acme");
            acme.close();
        }
    }

    @Test
    void hookWhoseKindIsDeclaredWhileTheViewIsPublishedIsNotMissed() throws Exception {
        REGISTRY.register(new HookKind<>("courier", Runnable.class), "early", 0, () -> {});
        for (int i = 0; i < 100; i++) {
            HookKinds kinds = REGISTRY.kinds();
            var declaring = Calls.start(() -> kinds.declare("courier", Runnable.class.getName()));
            HostViewOwner acme = start(kinds, configuration("id.lum.hooks.host~a", "host", "acme", "required", ""));
            Await.result(declaring);
            assertThat(view().hooks()).extracting("name").containsExactly("early");
            acme.close();
        }
    }

    /** The bundle, where no view of this host can be registered. */
    private static BundleContext refusing(String host) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService")
                            && arguments[2] instanceof Dictionary<?, ?> properties
                            && host.equals(properties.get("hook.host"))) {
                        throw new IllegalStateException("refused");
                    }
                    return method.invoke(REGISTRY.bundle(), arguments);
                });
    }
}
