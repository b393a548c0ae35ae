package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import id.lum.hooks.PermissionChecker;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.host.HookStatus;
import id.lum.hooks.host.HostHooks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** A kind of hook that no code of ours knows, declared by the manifest of a bundle. */
class HookKindsTest {
    interface Courier {
        Optional<String> fetch(String parcel);
    }

    private static final HookKind<Courier> COURIER = new HookKind<>("courier", Courier.class);

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private HookKinds kinds;
    private HostViewOwner owner;

    @BeforeEach
    void watch() {
        kinds = new HookKinds(REGISTRY.bundle());
        owner = own("");
    }

    @AfterEach
    void stop() throws Exception {
        owner.close();
        kinds.close();
        for (Bundle bundle : REGISTRY.bundle().getBundles()) {
            if (bundle.getBundleId() != 0) {
                bundle.uninstall();
            }
        }
    }

    private HostViewOwner own(String required) {
        return new HostViewOwner(
                REGISTRY.bundle(),
                new HostReservations(name -> new HeldTimer()),
                kinds,
                Map.of("service.pid", "id.lum.hooks.host~acme", "host", "acme", "required", required, "grace.ms", "0"));
    }

    private static void declare(String capability) throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "com.example.host");
        headers.putValue("Provide-Capability", capability);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        REGISTRY.bundle()
                .installBundle("memory:" + capability, new ByteArrayInputStream(jar.toByteArray()))
                .start();
    }

    private static void declareCourier() throws Exception {
        declare(HookKind.NAMESPACE + ";" + HookKind.NAMESPACE + "=courier;type=\"" + Courier.class.getName() + "\"");
    }

    @SuppressWarnings("unchecked")
    private static Optional<HostHooks<Object>> view() {
        ServiceReference<?> reference = REGISTRY.bundle().getServiceReference(HostHooks.class);
        return Optional.ofNullable(reference)
                .map(one -> (HostHooks<Object>) REGISTRY.bundle().getService(one));
    }

    private static Optional<String> fetched() {
        return view().orElseThrow().first(COURIER, courier -> courier.fetch("p-1"));
    }

    @Test
    void declaredKindIsAskedInOrderAndListed() throws Exception {
        declareCourier();
        REGISTRY.register(COURIER, "slow", 1, parcel -> Optional.of("slow"));
        REGISTRY.register(COURIER, "full", 9, parcel -> Optional.empty());
        REGISTRY.register(COURIER, "fast", 5, parcel -> Optional.of("fast"));
        assertThat(fetched()).contains("fast");
        assertThat(view().orElseThrow().every(COURIER, courier -> courier.fetch("p-2")))
                .isEqualTo(3);
        assertThat(view().orElseThrow().hooks())
                .extracting(HookStatus::kind, HookStatus::name)
                .containsExactly(tuple("courier", "full"), tuple("courier", "fast"), tuple("courier", "slow"));
    }

    @Test
    void hookThatCameBeforeItsKindWasDeclaredIsAskedOnceItIs() throws Exception {
        REGISTRY.register(COURIER, "early", 0, parcel -> Optional.of("early"));
        assertThat(view().orElseThrow().hooks()).isEmpty();
        declareCourier();
        assertThat(fetched()).contains("early");
    }

    @Test
    void hookThatCameAndLeftBeforeItsKindWasDeclaredIsNotThere() throws Exception {
        REGISTRY.unregister(REGISTRY.register(COURIER, "early", 0, parcel -> Optional.of("early")));
        declareCourier();
        assertThat(view().orElseThrow().hooks()).isEmpty();
    }

    @Test
    void configurationThatRequiresAKindIsInForceOnceTheKindIsDeclared() throws Exception {
        owner.close();
        owner = own("courier");
        assertThat(view()).as("a view without the kind").isEmpty();
        declareCourier();
        assertThat(view().orElseThrow().hooks())
                .containsExactly(new HookStatus("courier", "", 0, true, HookStatus.State.UNAVAILABLE));
        assertThat(Calls.outcome(() -> fetched()))
                .isEqualTo("503 The courier hook of this server is unavailable; try again shortly.");
    }

    @Test
    void kindStaysRequiredWhenTheBundleThatDeclaredItIsGone() throws Exception {
        declareCourier();
        owner.close();
        owner = own("courier");
        for (Bundle bundle : REGISTRY.bundle().getBundles()) {
            if (bundle.getBundleId() != 0) {
                bundle.uninstall();
            }
        }
        assertThat(Calls.outcome(() -> fetched()))
                .isEqualTo("503 The courier hook of this server is unavailable; try again shortly.");
    }

    @Test
    void messageOfAHookThatFailsDoesNotReachTheCaller() throws Exception {
        declareCourier();
        REGISTRY.register(COURIER, "broken", 0, parcel -> {
            throw new IllegalStateException("secret");
        });
        assertThat(Calls.outcome(() -> fetched())).isEqualTo("503 The courier hook of this server failed.");
    }

    @Test
    void kindThatNobodyDeclaredIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(HookKindsTest::fetched)
                .withMessageContaining("No bundle declares the kind of hook courier with the interface")
                .withMessageContaining("capability id.lum.hooks.kind");
    }

    @Test
    void kindThatIsDeclaredWithAnotherInterfaceIsRefused() throws Exception {
        declare(HookKind.NAMESPACE + ";" + HookKind.NAMESPACE + "=courier;type=com.example.Courier");
        assertThatIllegalArgumentException().isThrownBy(HookKindsTest::fetched);
    }

    @Test
    void kindsThatEveryHostHasAreNeitherAskedDirectlyNorDeclaredAnew() throws Exception {
        HookKind<PermissionChecker> permission = new HookKind<>("permission", PermissionChecker.class);
        declare(HookKind.NAMESPACE + ";" + HookKind.NAMESPACE + "=permission;type=\""
                + PermissionChecker.class.getName() + "\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> view().orElseThrow().every(permission, checker -> {}));
        assertThat(kinds.ids()).isEqualTo(List.of("identity", "guard", "permission", "registrar", "usage"));
    }

    @Test
    void incompleteDeclarationIsIgnored() throws Exception {
        declare(HookKind.NAMESPACE + ";" + HookKind.NAMESPACE + "=courier");
        assertThat(kinds.ids()).doesNotContain("courier");
    }
}
