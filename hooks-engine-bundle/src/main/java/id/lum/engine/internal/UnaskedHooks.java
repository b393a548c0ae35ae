package id.lum.engine.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.host.HostHooks;
import id.lum.support.lifecycle.ThreadTimer;
import id.lum.support.lifecycle.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each hook that no host asks, once, and again when its properties say something else. A host without a view may
 * get one: hooks come before the configurations of views at a start. So that is logged only if it has none after a
 * while.
 */
@Component(service = UnaskedHooks.class, immediate = true)
public final class UnaskedHooks implements ServiceListener, HookKinds.Listener {
    /** How long a hook may be there before the view of its host. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(UnaskedHooks.class);

    private final BundleContext bundle;
    private final HookKinds kinds;
    private final Timer timer;
    /** What was logged last of each service, by its id. */
    private final Map<Long, String> logged = new ConcurrentHashMap<>();

    /**
     * Watches the services from now on, and looks at those that are there.
     *
     * @param bundle this bundle
     * @param kinds the kinds of hook
     */
    @Activate
    public UnaskedHooks(BundleContext bundle, @Reference HookKinds kinds) {
        this(bundle, kinds, new ThreadTimer("hooks without a host"));
    }

    /** @param timer closed with this */
    UnaskedHooks(BundleContext bundle, HookKinds kinds, Timer timer) {
        this.bundle = bundle;
        this.kinds = kinds;
        this.timer = timer;
        kinds.addListener(this);
        bundle.addServiceListener(this);
        kindDeclared();
    }

    @Deactivate
    void close() {
        bundle.removeServiceListener(this);
        kinds.removeListener(this);
        timer.close();
    }

    /** What is registered may be of the new kind. */
    @Override
    public void kindDeclared() {
        services("(" + Constants.OBJECTCLASS + "=*)").forEach(this::consider);
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        if (event.getType() == ServiceEvent.REGISTERED || event.getType() == ServiceEvent.MODIFIED) {
            consider(event.getServiceReference());
        } else {
            logged.remove(id(event.getServiceReference()));
        }
    }

    private void consider(ServiceReference<?> reference) {
        Optional<UnaskedHook> unasked = judged(reference);
        if (unasked.filter(hook -> !hook.certain()).isPresent()) {
            // By its id: a reference would keep the classes of a bundle that is replaced meanwhile.
            long id = id(reference);
            timer.after(
                    PATIENCE,
                    () -> services("(" + Constants.SERVICE_ID + "=" + id + ")")
                            .forEach(later -> note(later, judged(later))));
        } else {
            note(reference, unasked);
        }
    }

    private void note(ServiceReference<?> reference, Optional<UnaskedHook> unasked) {
        long id = id(reference);
        if (unasked.isEmpty()) {
            logged.remove(id);
            return;
        }
        String sentence = unasked.get().sentence();
        if (sentence.equals(logged.put(id, sentence))) {
            return;
        }
        if (unasked.get().certain() || !unasked.get().asked()) {
            LOG.warn("The {}", sentence);
        } else {
            LOG.info("The {}", sentence);
        }
        if (reference.getBundle() == null) {
            // It has left meanwhile, and that may have been reported already.
            logged.remove(id);
        }
    }

    /** Those that are there now, by kind and name. A host that gets its view in a moment counts as without one. */
    List<UnaskedHook> now() {
        return services("(" + Constants.OBJECTCLASS + "=*)")
                .map(this::judged)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(UnaskedHook::kind)
                        .thenComparing(UnaskedHook::name)
                        .thenComparing(UnaskedHook::bundle))
                .toList();
    }

    private Optional<UnaskedHook> judged(ServiceReference<?> reference) {
        List<String> of = kinds.among(List.of((String[]) reference.getProperty(Constants.OBJECTCLASS)));
        return of.isEmpty() || reference.getBundle() == null
                ? Optional.empty()
                : UnaskedHook.of(new RegisteredHook(bundle, reference), of, this::hasView);
    }

    private boolean hasView(String host) {
        return services("(&(" + Constants.OBJECTCLASS + "=" + HostHooks.class.getName() + ")(" + Hook.HOST + "=" + host
                        + "))")
                .findAny()
                .isPresent();
    }

    private Stream<ServiceReference<?>> services(String filter) {
        try {
            return Arrays.stream(Optional.ofNullable(bundle.getServiceReferences((String) null, filter))
                    .orElseGet(() -> new ServiceReference<?>[0]));
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static long id(ServiceReference<?> reference) {
        return (Long) reference.getProperty(Constants.SERVICE_ID);
    }
}
