package id.lum.itests;

import id.lum.hooks.HookRejection;
import id.lum.hooks.host.HostHooks;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A bundle with a command that asks FlowMesh's hooks about tokens that nobody knows, from many threads at once. */
public final class Flood implements BundleActivator {
    private final AtomicInteger number = new AtomicInteger();
    private volatile BundleContext bundle;

    @Override
    public void start(BundleContext context) {
        bundle = context;
        context.registerService(
                Flood.class,
                this,
                new Hashtable<>(Map.of("osgi.command.scope", "flood", "osgi.command.function", "calls")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the command back.
    }

    /** How many calls ended with which status. */
    public String calls(int threads, int each) throws Exception {
        ServiceReference<?> view = bundle.getServiceReferences(HostHooks.class, "(hook.host=flowmesh)")
                .iterator()
                .next();
        HostHooks<?> hooks = (HostHooks<?>) bundle.getService(view);
        Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            callers.add(new Thread(() -> {
                for (int call = 0; call < each; call++) {
                    try {
                        hooks.authenticate("unknown-" + number.incrementAndGet());
                        statuses.merge(200, 1, Integer::sum);
                    } catch (HookRejection rejection) {
                        statuses.merge(rejection.status(), 1, Integer::sum);
                    }
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        return statuses.toString();
    }
}
