package id.lum.engine.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.log.Outage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line when calls of a hook do not return, and one when all of them have. Hooks that have left are watched
 * until then. Sets no time limit.
 */
final class HungCalls {
    /** A call that takes longer is logged. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(HungCalls.class);

    /** Keeps nothing of the bundle, which may be replaced while a call of it hangs. */
    private record Watched(CallsUnderWay calls, HookKey key, String bundle, Outage outage) {}

    private final List<Watched> watched = new CopyOnWriteArrayList<>();

    /** A hook is there under a kind and a name. */
    void watch(RegisteredHook hook, HookKey key) {
        // A hook of two kinds is watched once: its calls are counted together.
        if (watched.stream().noneMatch(one -> one.calls() == hook.calls())) {
            watched.add(new Watched(hook.calls(), key, hook.bundleName(), new Outage(Duration.ZERO, Duration.ZERO)));
        }
    }

    /** To be called from time to time. */
    void look(HookRegistry registry) {
        for (Watched hook : watched) {
            long hung = hook.calls().look(LIMIT, registry.now());
            if (hung > 0) {
                hook.outage()
                        .failed("hung", registry.now())
                        .ifPresent(line -> LOG.warn(
                                "{}: {} of the bundle {} has not returned from {} calls for more than {} s. Their callers "
                                        + "wait, because a view sets no time limit. Look with jstack for the class of the hook "
                                        + "above id.lum.engine; a restart of the container ends the calls.",
                                registry.label(),
                                hook.key(),
                                LogSafe.of(hook.bundle()),
                                hung,
                                LIMIT.toSeconds()));
            } else if (hook.outage().isFailing()) {
                hook.outage()
                        .succeeded(registry.now())
                        .ifPresent(line -> LOG.info(
                                "{}: {} of the bundle {} has returned from every call that took more than {} s.",
                                registry.label(),
                                hook.key(),
                                LogSafe.of(hook.bundle()),
                                LIMIT.toSeconds()));
            }
            if (hung == 0 && hook.calls().isIdle() && !registry.holds(hook.calls())) {
                watched.remove(hook);
            }
        }
    }
}
