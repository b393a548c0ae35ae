package id.lum.engine.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.testing.EmptyFramework;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** A real Felix in this JVM, for its service registry. What a test registers leaves with the test. */
final class TestRegistry implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    static final HookKind<SupplierResolver> SUPPLIER = new HookKind<>("supplier", SupplierResolver.class);
    static final HookKind<OptimizerProvider> OPTIMIZER = new HookKind<>("optimizer", OptimizerProvider.class);

    private final List<ServiceRegistration<?>> registered = new ArrayList<>();
    private final List<UnaskedHooks> watching = new ArrayList<>();
    private EmptyFramework framework;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        framework = new EmptyFramework(Files.createTempDirectory("felix"));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List.copyOf(registered).forEach(this::unregister);
        watching.forEach(UnaskedHooks::close);
        watching.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        framework.close();
    }

    /** The kinds that the API declares in its manifest: here its classes are no bundle. */
    HookKinds kinds() {
        HookKinds kinds = new HookKinds(bundle());
        for (HookKind<?> kind : List.of(SUPPLIER, OPTIMIZER)) {
            kinds.declare(kind.id(), kind.type().getName());
        }
        return kinds;
    }

    /** Commands that know no view. */
    HookCommands commands() {
        return new HookCommands(bundle(), unaskedHooks(new HeldTimer()));
    }

    /** Watches until the test ends. */
    UnaskedHooks unaskedHooks(HeldTimer timer) {
        UnaskedHooks unasked = new UnaskedHooks(bundle(), kinds(), timer);
        watching.add(unasked);
        return unasked;
    }

    BundleContext bundle() {
        return framework.context();
    }

    <H> ServiceRegistration<?> register(HookKind<H> kind, String name, int ranking, H hook) {
        return register("acme", kind, name, ranking, hook);
    }

    <H> ServiceRegistration<?> register(String host, HookKind<H> kind, String name, int ranking, H hook) {
        return register(kind, properties(host, name, ranking), hook);
    }

    <H> ServiceRegistration<?> register(HookKind<H> kind, Dictionary<String, Object> properties, H hook) {
        ServiceRegistration<?> registration =
                bundle().registerService(kind.type().getName(), hook, properties);
        registered.add(registration);
        return registration;
    }

    void unregister(ServiceRegistration<?> registration) {
        if (registered.remove(registration)) {
            registration.unregister();
        }
    }

    static Dictionary<String, Object> properties(String host, String name, int ranking) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Hook.HOST, host);
        properties.put(Hook.NAME, name);
        properties.put(Constants.SERVICE_RANKING, ranking);
        return properties;
    }
}
