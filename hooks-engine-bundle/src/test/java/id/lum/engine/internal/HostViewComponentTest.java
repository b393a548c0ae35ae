package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.host.HostHooks;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;

/** The test delivers, as the Configuration Admin service does. */
class HostViewComponentTest {
    private static final String PID = "id.lum.hooks.host";

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private HostViewComponent component;
    private ManagedServiceFactory views;
    private ManagedService unnamed;

    @BeforeEach
    void start() {
        component = new HostViewComponent(
                REGISTRY.bundle(), new HostReservations(name -> new HeldTimer()), REGISTRY.kinds());
        views = service(ManagedServiceFactory.class);
        unnamed = service(ManagedService.class);
    }

    @AfterEach
    void stop() {
        component.close();
    }

    private static <T> T service(Class<T> type) {
        BundleContext bundle = REGISTRY.bundle();
        ServiceReference<T> reference = bundle.getServiceReference(type);
        assertThat(reference.getProperty("service.pid")).isEqualTo(PID);
        return bundle.getService(reference);
    }

    private static Hashtable<String, Object> properties(String pid, String... pairs) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("service.pid", pid);
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        return properties;
    }

    private void update(String name, String... pairs) throws Exception {
        views.updated(PID + "~" + name, properties(PID + "~" + name, pairs));
    }

    private static List<String> hosts() throws Exception {
        ServiceReference<?>[] found = REGISTRY.bundle().getServiceReferences(HostHooks.class.getName(), null);
        return Arrays.stream(Optional.ofNullable(found).orElse(new ServiceReference<?>[0]))
                .map(reference -> (String) reference.getProperty("hook.host"))
                .sorted()
                .toList();
    }

    private static HostHooks<?> viewOf(String host) throws Exception {
        BundleContext bundle = REGISTRY.bundle();
        return bundle.getService(bundle.getServiceReferences(HostHooks.class, "(hook.host=" + host + ")")
                .iterator()
                .next());
    }

    private static List<String> required(HostHooks<?> view) {
        return view.hooks().stream().map(hook -> hook.kind()).toList();
    }

    @Test
    void everyConfigurationHasAViewUntilItIsDeleted() throws Exception {
        update("a", "host", "acme");
        update("b", "host", "beta");
        assertThat(hosts()).containsExactly("acme", "beta");
        views.deleted(PID + "~a");
        assertThat(hosts()).containsExactly("beta");
    }

    @Test
    void changeReachesTheViewThatIsThere() throws Exception {
        update("a", "host", "acme", "required", "usage");
        HostHooks<?> view = viewOf("acme");
        update("a", "host", "acme", "required", "guard");
        assertThat(viewOf("acme")).isSameAs(view);
        assertThat(required(view)).containsExactly("guard");
    }

    @Test
    void refusedChangeLeavesTheLastGoodOneInForceAndOtherViewsAlone() throws Exception {
        update("a", "host", "acme", "required", "usage");
        update("b", "host", "beta", "required", "guard");
        HostHooks<?> view = viewOf("acme");
        update("a", "host", "acme", "required", "nonsense");
        assertThat(viewOf("acme")).isSameAs(view);
        assertThat(required(view)).containsExactly("usage");
        update("b", "host", "beta", "required", "optimizer");
        assertThat(required(viewOf("beta"))).containsExactly("optimizer");
    }

    @Test
    void secondConfigurationOfAHostCountsOnceTheFirstIsDeleted() throws Exception {
        update("a", "host", "acme", "required", "usage");
        update("b", "host", "acme", "required", "guard");
        assertThat(hosts()).containsExactly("acme");
        assertThat(required(viewOf("acme"))).containsExactly("usage");
        views.deleted(PID + "~a");
        assertThat(hosts()).containsExactly("acme");
        assertThat(required(viewOf("acme"))).containsExactly("guard");
    }

    @Test
    void configurationWithoutANameOfItsOwnIsOneMore() throws Exception {
        unnamed.updated(null);
        update("a", "host", "acme");
        unnamed.updated(properties(PID, "host", "beta"));
        assertThat(hosts()).containsExactly("acme", "beta");
        unnamed.updated(null);
        assertThat(hosts()).containsExactly("acme");
    }

    @Test
    void afterTheEndNoViewIsLeftAndNoneComes() throws Exception {
        update("a", "host", "acme");
        unnamed.updated(properties(PID, "host", "beta"));
        component.close();
        assertThat(hosts()).isEmpty();
        assertThat(REGISTRY.bundle().getServiceReference(ManagedServiceFactory.class))
                .isNull();
        assertThat(REGISTRY.bundle().getServiceReference(ManagedService.class)).isNull();
        update("b", "host", "late");
        assertThat(hosts()).isEmpty();
    }
}
