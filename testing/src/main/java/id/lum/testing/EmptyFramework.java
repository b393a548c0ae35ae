package id.lum.testing;

import id.lum.hooks.Hook;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.BiPredicate;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * A real framework in this process, with no bundle in it, and a record of the services that come and go. The framework
 * is the one on the class path of the test, such as {@code org.apache.felix.framework}.
 */
public final class EmptyFramework implements AutoCloseable {
    private final Framework framework;
    private final List<String> events = new ArrayList<>();

    /**
     * Starts a framework.
     *
     * @param storage an empty directory for its bundle storage
     * @throws BundleException if it does not start
     */
    public EmptyFramework(Path storage) throws BundleException {
        this(storage, Map.of());
    }

    /**
     * Starts a framework.
     *
     * @param storage an empty directory for its bundle storage
     * @param properties framework properties, in addition
     * @throws BundleException if it does not start
     */
    public EmptyFramework(Path storage, Map<String, String> properties) throws BundleException {
        Map<String, String> all = new HashMap<>(properties);
        all.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        // Otherwise Felix would change how this whole process opens URLs.
        all.put("felix.service.urlhandlers", "false");
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("There is no OSGi framework on the class path of this test."))
                .newFramework(all);
        framework.start();
        context().addServiceListener(this::record);
    }

    /**
     * The context of the system bundle.
     *
     * @return the context, to register services with
     */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    /**
     * Starts a bundle without content, which can stop while the framework goes on.
     *
     * @param symbolicName its name
     * @return the bundle
     * @throws BundleException if it does not start
     */
    public Bundle startBundle(String symbolicName) throws BundleException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try {
            new JarOutputStream(jar, manifest).close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Bundle bundle = context().installBundle(symbolicName, new ByteArrayInputStream(jar.toByteArray()));
        bundle.start();
        return bundle;
    }

    /**
     * The context of a bundle that can register no service of a type.
     *
     * @param type the type
     * @return a context whose {@code registerService} throws an {@link IllegalStateException} for that type
     */
    public BundleContext contextRefusing(Class<?> type) {
        return contextRefusing((registered, properties) -> registered instanceof String[] names
                ? List.of(names).contains(type.getName())
                : type.equals(registered) || type.getName().equals(registered));
    }

    /**
     * The context of a bundle that can register no hook of a host.
     *
     * @param host the name of the host
     * @return a context whose {@code registerService} throws an {@link IllegalStateException} for such hooks
     */
    public BundleContext contextRefusing(String host) {
        return contextRefusing(
                (registered, properties) -> properties != null && host.equals(properties.get(Hook.HOST)));
    }

    private BundleContext contextRefusing(BiPredicate<Object, Dictionary<?, ?>> refused) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService")
                            && refused.test(arguments[0], (Dictionary<?, ?>) arguments[2])) {
                        throw new IllegalStateException("refused");
                    }
                    try {
                        return method.invoke(context(), arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    /**
     * The services that came ({@code + flowmesh IdentityProvider}), went ({@code -}) or changed ({@code ~}) since this
     * was last asked, with their host if they have one.
     *
     * @return one text for each event, in order
     */
    public List<String> newEvents() {
        synchronized (events) {
            List<String> copy = List.copyOf(events);
            events.clear();
            return copy;
        }
    }

    /**
     * The service of a type.
     *
     * @param type the type
     * @param <T> the type
     * @return the service; empty if there is none
     */
    public <T> Optional<T> service(Class<T> type) {
        return Optional.ofNullable(context().getServiceReference(type)).map(context()::getService);
    }

    /**
     * The service of a type, once there is one.
     *
     * @param type the type
     * @param <T> the type
     * @return the service
     * @throws AssertionError if there is none within {@link Await#BOUND}
     */
    public <T> T awaitService(Class<T> type) {
        Await.until(
                "there is a service " + type.getSimpleName(),
                () -> service(type).isPresent());
        return service(type).orElseThrow();
    }

    /**
     * The hook of a type that serves a host.
     *
     * @param type the hook's interface
     * @param host the name of the host
     * @param <T> the hook's interface
     * @return the hook
     * @throws java.util.NoSuchElementException if there is none
     */
    public <T> T hook(Class<T> type, String host) {
        try {
            return context().getServiceReferences(type, ofHost(host)).stream()
                    .findFirst()
                    .map(context()::getService)
                    .orElseThrow();
        } catch (InvalidSyntaxException odd) {
            throw new IllegalArgumentException("The name of the host does not fit into a filter.", odd);
        }
    }

    /**
     * Every service that serves a host.
     *
     * @param host the name of the host
     * @return the references, maybe none
     */
    public List<ServiceReference<?>> servicesOf(String host) {
        try {
            return Arrays.asList(Optional.ofNullable(context().getAllServiceReferences(null, ofHost(host)))
                    .orElseGet(() -> new ServiceReference<?>[0]));
        } catch (InvalidSyntaxException odd) {
            throw new IllegalArgumentException("The name of the host does not fit into a filter.", odd);
        }
    }

    /**
     * Stops the framework, and waits for its end for up to {@link Await#BOUND}.
     *
     * @throws BundleException if it does not stop
     */
    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(Await.BOUND.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static String ofHost(String host) {
        return "(" + Hook.HOST + "=" + host + ")";
    }

    private void record(ServiceEvent event) {
        ServiceReference<?> service = event.getServiceReference();
        String type = ((String[]) service.getProperty(Constants.OBJECTCLASS))[0];
        String sign = switch (event.getType()) {
            case ServiceEvent.REGISTERED -> "+ ";
            case ServiceEvent.UNREGISTERING -> "- ";
            default -> "~ ";
        };
        String host = Optional.ofNullable(service.getProperty(Hook.HOST))
                .map(name -> name + " ")
                .orElse("");
        synchronized (events) {
            events.add(sign + host + type.substring(type.lastIndexOf('.') + 1));
        }
    }
}
