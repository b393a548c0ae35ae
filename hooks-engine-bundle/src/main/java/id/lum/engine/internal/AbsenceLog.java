package id.lum.engine.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.log.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line when calls begin to fail because a required hook is not there, and one when it is there again. */
final class AbsenceLog {
    private static final Logger LOG = LoggerFactory.getLogger(AbsenceLog.class);

    /** By what is not there: a hook, or with an empty name every hook of a kind. */
    private final Map<HookKey, Outage> outages = new ConcurrentHashMap<>();

    /** A call is answered 503, because what stands at this place is required and did not come in time. */
    void gaveUp(NextStep.GiveUp gaveUp, HostSettings settings, long now) {
        outages.computeIfAbsent(gaveUp.missing(), first -> new Outage(Duration.ZERO, Duration.ZERO))
                .failed("absent", now)
                .ifPresent(line -> {
                    if (gaveUp.place() instanceof Requirement neverSeen) {
                        LOG.error(
                                "{}: calls are answered 503, because the {} is required by {}, and none has come within {} ms. "
                                        + "Install or start its bundle, look above for an error of it and at hooks:list for a "
                                        + "hook of another host or name, or remove it from required.",
                                LogSafe.of(settings.host()),
                                neverSeen,
                                settings.origin(),
                                settings.grace().toMillis());
                    } else {
                        LOG.error(
                                "{}: calls are answered 503, because the {} is required by {}, and has not come back within {} "
                                        + "ms. Start its bundle, or look above for an error of it. If it is gone for good, "
                                        + "remove it from required, and run hooks:remove {} {}.",
                                LogSafe.of(settings.host()),
                                gaveUp.missing(),
                                settings.origin(),
                                settings.grace().toMillis(),
                                LogSafe.of(settings.host()),
                                LogSafe.of(gaveUp.missing().name()));
                    }
                });
    }

    /** A hook is there, perhaps for the first time. */
    void arrived(HookKey key, String host, long now) {
        for (HookKey missing : List.of(key, new HookKey(key.kind(), ""))) {
            Outage outage = outages.get(missing);
            if (outage != null) {
                outage.succeeded(now)
                        .ifPresent(end -> LOG.info(
                                "{}: the required {} is there again after {} s; {} calls were answered 503 for it.",
                                LogSafe.of(host),
                                key,
                                end.duration().toSeconds(),
                                end.failures()));
            }
        }
    }
}
