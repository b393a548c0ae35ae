package id.lum.demo.internal;

import id.lum.hooks.Hook;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** A real framework in this process, with the demo's services alone, and a record of how they come and go. */
final class EmptyFramework {
    private final Framework framework;
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    EmptyFramework(Path cache) throws BundleException {
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

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** The context of a bundle that can register no service of this type. */
    BundleContext contextRefusing(Class<?> type) {
        return contextRefusing((registered, properties) -> type.equals(registered));
    }

    /** The context of a bundle that can register no hook of this host. */
    BundleContext contextRefusing(String host) {
        return contextRefusing((registered, properties) -> host.equals(properties.get(Hook.HOST)));
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
                    return method.invoke(context(), arguments);
                });
    }

    /** Such as {@code + flowmesh IdentityProvider}, since this was last asked. */
    List<String> newEvents() {
        List<String> copy = List.copyOf(events);
        events.clear();
        return copy;
    }

    List<ServiceReference<?>> servicesOf(String host) throws InvalidSyntaxException {
        return Arrays.asList(
                Optional.ofNullable(context().getAllServiceReferences(null, "(" + Hook.HOST + "=" + host + ")"))
                        .orElseGet(() -> new ServiceReference<?>[0]));
    }

    <T> T hook(Class<T> type, String host) throws InvalidSyntaxException {
        ServiceReference<T> reference =
                context().getServiceReferences(type, "(" + Hook.HOST + "=" + host + ")").stream()
                        .findFirst()
                        .orElseThrow();
        return context().getService(reference);
    }

    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(30));
    }

    private static String describe(ServiceEvent event) {
        ServiceReference<?> service = event.getServiceReference();
        String type = ((String[]) service.getProperty(Constants.OBJECTCLASS))[0];
        String sign = switch (event.getType()) {
            case ServiceEvent.REGISTERED -> "+ ";
            case ServiceEvent.UNREGISTERING -> "- ";
            default -> "~ ";
        };
        return sign + service.getProperty(Hook.HOST) + " " + type.substring(type.lastIndexOf('.') + 1);
    }
}
