package id.lum.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreControl;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.Sweep;
import id.lum.core.identity.CoreConfiguration;
import id.lum.core.identity.Introspection;
import id.lum.core.identity.IntrospectionSettings;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.core.policy.Sharing;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.Await;
import id.lum.testing.EmptyFramework;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** Which services an adapter has when, and in which order they come and go. In a real framework. */
class AdapterHooksTest {
    private static final List<String> IN_ORDER = List.of(
            "+ acme Sharing", "+ acme PermissionChecker", "+ acme ResourceRegistrar", "+ acme IdentityProvider");
    private static final List<String> IN_REVERSE = List.of(
            "- acme IdentityProvider", "- acme ResourceRegistrar", "- acme PermissionChecker", "- acme Sharing");
    private static final PolicyEngine ENGINE = new PolicyEngine(
            PermissionPolicy.of(
                    Set.of("*"),
                    List.of(ActionRule.action("write", GrantLevel.WRITE)),
                    List.of(KindRule.kind("workflow"))),
            PolicyOptions.NONE);
    private static final HookProperties ACME = new HookProperties("acme", "lumid", 100);

    @TempDir
    Path storage;

    @TempDir
    Path folder;

    private final Introspection introspection = new Introspection(
            IntrospectionSettings.parse(DeclaredSettings.of(CoreConfiguration.class, "id.lum.core", Map.of())));
    private EmptyFramework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new EmptyFramework(storage);
    }

    @AfterEach
    void stop() throws Exception {
        introspection.close();
        framework.close();
    }

    private BundleContext context() {
        return framework.context();
    }

    /** Of the adapter's services. */
    private List<String> newEvents() {
        return framework.newEvents().stream()
                .filter(event -> !event.endsWith(" Introspection"))
                .toList();
    }

    private AdapterSettings settings(Path file, JournalMode mode) {
        StoreSettings database = new StoreSettings(file, mode, "id.lum.acme acl.db.path", StoreLimits.defaults());
        return new AdapterSettings(new GrantStoreSettings(database, 1000, Instant.EPOCH), ENGINE);
    }

    private AdapterSettings settings() throws Exception {
        return settings(folder.toRealPath().resolve("acl.sqlite"), JournalMode.WAL);
    }

    private ServiceRegistration<Introspection> introspect() {
        return context().registerService(Introspection.class, introspection, null);
    }

    private <T> T service(Class<T> type) {
        return framework.service(type).orElseThrow();
    }

    @Test
    void theIdentityProviderIsTheLastToComeAndTheFirstToGo() throws Exception {
        introspect();
        AdapterHooks hooks = new AdapterHooks(context(), ACME, Sweep.EVERY_KIND);
        hooks.apply(settings());
        assertThat(newEvents()).isEqualTo(IN_ORDER);
        hooks.close();
        assertThat(newEvents()).isEqualTo(IN_REVERSE);
    }

    @Test
    void theIdentityProviderAloneFollowsTheIntrospection() throws Exception {
        try (AdapterHooks hooks = new AdapterHooks(context(), ACME, Sweep.EVERY_KIND)) {
            hooks.apply(settings());
            assertThat(newEvents()).isEqualTo(IN_ORDER.subList(0, 3));
            for (int life = 0; life < 2; life++) {
                ServiceRegistration<Introspection> core = introspect();
                assertThat(newEvents()).containsExactly("+ acme IdentityProvider");
                core.unregister();
                assertThat(newEvents()).containsExactly("- acme IdentityProvider");
            }
        }
        introspect();
        assertThat(newEvents()).isEqualTo(IN_REVERSE.subList(1, 4));
    }

    @Test
    void whileTheStoreCannotBeOpenedThereIsNoServiceAndACorrectedPathBringsAll() throws Exception {
        Path notADatabase = Files.writeString(folder.resolve("notes.txt"), "these are not the grants you look for ...");
        introspect();
        try (AdapterHooks hooks = new AdapterHooks(context(), ACME, Sweep.EVERY_KIND)) {
            hooks.apply(settings(notADatabase, JournalMode.WAL));
            assertThat(newEvents()).isEmpty();
            hooks.apply(settings());
            assertThat(newEvents()).isEqualTo(IN_ORDER);
        }
    }

    @Test
    void aChangeOfSettingsLeavesTheServicesAndTheirGrantsAlone() throws Exception {
        introspect();
        try (AdapterHooks hooks = new AdapterHooks(context(), ACME, Sweep.EVERY_KIND)) {
            hooks.apply(settings());
            newEvents();
            PrincipalContext bob = new PrincipalContext("bob", "demo", "", "user", List.of());
            ResourceRef workflow = ResourceRef.of("workflow", "wf");
            service(ResourceRegistrar.class).register(bob, workflow);
            hooks.apply(settings(folder.toRealPath().resolve("acl.sqlite"), JournalMode.ROLLBACK));
            service(PermissionChecker.class).require(bob, workflow, "write");
            assertThat(service(GrantStoreControl.class).synchronous()).isEqualTo("EXTRA");
            assertThat(newEvents()).isEmpty();
        }
    }

    @Test
    void onceTheAdapterIsClosedEachCallOfItsHooksIsRefusedWith503() throws Exception {
        AdapterHooks hooks = new AdapterHooks(context(), ACME, Sweep.EVERY_KIND);
        hooks.apply(settings());
        PermissionChecker checker = service(PermissionChecker.class);
        ResourceRegistrar registrar = service(ResourceRegistrar.class);
        PrincipalContext bob = new PrincipalContext("bob", "demo", "", "user", List.of());
        ResourceRef workflow = ResourceRef.of("workflow", "wf");
        hooks.close();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> checker.require(bob, workflow, "write"),
                () -> checker.accessibleIds(bob, "workflow", "write"),
                () -> registrar.register(bob, workflow),
                () -> registrar.deregister(bob, workflow),
                () -> registrar.reconcile(List.of(workflow)))) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            HookRejection.class,
                            refused -> assertThat(refused.status()).isEqualTo(503));
        }
    }

    @Test
    void eachServiceIsOfTheHostAndHasTheNameAndTheRankingOfTheAdapter() throws Exception {
        introspect();
        try (AdapterHooks hooks = new AdapterHooks(context(), ACME, Sweep.EVERY_KIND)) {
            hooks.apply(settings());
            for (Class<?> type : List.of(
                    Sharing.class,
                    GrantStoreControl.class,
                    PermissionChecker.class,
                    ResourceRegistrar.class,
                    IdentityProvider.class)) {
                ServiceReference<?> service = context().getServiceReference(type);
                assertThat(service.getProperty(Hook.HOST)).as(type.getName()).isEqualTo("acme");
                assertThat(service.getProperty(Hook.NAME)).as(type.getName()).isEqualTo("lumid");
                assertThat(service.getProperty(Constants.SERVICE_RANKING))
                        .as(type.getName())
                        .isEqualTo(100);
            }
            assertThat(service(Sharing.class).host()).isEqualTo("acme");
        }
    }

    @Test
    void ifOneServiceCannotBeRegisteredNoneIsAndAllAreAtALaterTry() throws Exception {
        introspect();
        AtomicBoolean refusing = new AtomicBoolean(true);
        BundleContext troubled = refusingOnce(IdentityProvider.class, refusing);
        try (AdapterHooks hooks = new AdapterHooks(troubled, ACME, Sweep.EVERY_KIND)) {
            hooks.apply(settings());
            Await.until(
                    "it is tried again",
                    () -> framework.service(IdentityProvider.class).isPresent());
            List<String> seen = newEvents();
            assertThat(seen.subList(0, 6))
                    .containsExactly(
                            "+ acme Sharing",
                            "+ acme PermissionChecker",
                            "+ acme ResourceRegistrar",
                            "- acme ResourceRegistrar",
                            "- acme PermissionChecker",
                            "- acme Sharing");
        }
        assertThat(context().getServiceReference(Sharing.class)).isNull();
    }

    /** The context of a bundle that is refused one service, once. */
    private BundleContext refusingOnce(Class<?> type, AtomicBoolean refusing) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, given) -> {
                    if (method.getName().equals("registerService")
                            && given[0] instanceof String[] types
                            && types[0].equals(type.getName())
                            && refusing.getAndSet(false)) {
                        throw new IllegalStateException("The registry is busy.");
                    }
                    try {
                        return method.invoke(context(), given);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
