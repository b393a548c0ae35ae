package id.lum.lumilake.internal;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** A real framework in this process, with nothing in it, and a record of the services that come and go. */
public final class EmptyFramework implements AutoCloseable {
    private final Framework framework;
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    /** Starts one. */
    public EmptyFramework(Path cache) throws BundleException {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        cache.toString(),
                        // Otherwise it would change how this whole process opens URLs.
                        "felix.service.urlhandlers",
                        "false"));
        framework.start();
        context().addServiceListener(event -> events.add(describe(event)));
    }

    public BundleContext context() {
        return framework.getBundleContext();
    }

    /** The context of a bundle that can register no service of this type from here on. */
    public BundleContext contextRefusing(Class<?> type) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService") && type.equals(arguments[0])) {
                        throw new IllegalStateException("refused");
                    }
                    return method.invoke(context(), arguments);
                });
    }

    /** Such as {@code + OptimizerProvider}, since this was last asked. */
    public List<String> newEvents() {
        synchronized (events) {
            List<String> copy = List.copyOf(events);
            events.clear();
            return copy;
        }
    }

    /** The service of this type, if there is one. */
    public <T> Optional<T> service(Class<T> type) {
        return Optional.ofNullable(context().getServiceReference(type)).map(context()::getService);
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static String describe(ServiceEvent event) {
        String type = ((String[]) event.getServiceReference().getProperty(Constants.OBJECTCLASS))[0];
        String sign = switch (event.getType()) {
            case ServiceEvent.REGISTERED -> "+ ";
            case ServiceEvent.UNREGISTERING -> "- ";
            default -> "~ ";
        };
        return sign + type.substring(type.lastIndexOf('.') + 1);
    }
}
