package id.lum.tokenstore.internal.delivery;

import id.lum.hooks.Printable;
import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.Configuration.ConfigurationAttribute;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has ConfigAdmin deliver a configuration again, by giving it the properties that it has, as they are written. For one
 * thread, besides the events.
 *
 * <p>ConfigAdmin cannot be told to change nothing, nor to do so only if nobody else did: an edit between reading and
 * writing would be undone. So the time between is kept short, edits in it are listened for, and one that was undone is
 * made again. Felix also takes two changes that overlap for one, and does not deliver the second: that is made up for,
 * too. What remains is an edit that is undone before its event comes: it is reported, and may be lost.
 */
final class Redelivery implements SynchronousConfigurationListener {
    private static final Logger LOG = LoggerFactory.getLogger(Redelivery.class);

    /** Somebody who edits the same configuration all the time has it delivered often enough. */
    private static final int ATTEMPTS = 3;

    /** What became of it. */
    enum Outcome {
        /** All consumers have it, or will soon. */
        DELIVERED,
        /** There is no such configuration. */
        GONE,
        /** ConfigAdmin refused. */
        FAILED
    }

    /**
     * A configuration that is being delivered.
     *
     * @param by the thread that does it
     * @param edit what somebody else made of it meanwhile
     */
    private record Watch(
            Configuration configuration, String pid, Thread by, AtomicReference<Optional<Dictionary<String, ?>>> edit) {
        Watch(Configuration configuration) {
            this(
                    configuration,
                    configuration.getPid(),
                    Thread.currentThread(),
                    new AtomicReference<>(Optional.empty()));
        }
    }

    /** A writing of ours, and which change of the configuration it was. */
    private record Made(Configuration configuration, long count) {
        /**
         * Whether a change that is told now has not been counted after it. Felix counts two that overlap as one, and
         * delivers only the first.
         */
        boolean isLast() {
            try {
                return configuration.getChangeCount() <= count;
            } catch (IllegalStateException deleted) {
                return false;
            }
        }
    }

    private final ConfigurationAdmin admin;
    private final Sightings sightings;
    private final Runnable overtaken;
    private final Map<String, Made> made = new ConcurrentHashMap<>();
    private volatile Optional<Watch> watch = Optional.empty();

    /** @param overtaken told that a configuration must be delivered once more, by any thread */
    Redelivery(ConfigurationAdmin admin, Sightings sightings, Runnable overtaken) {
        this.admin = admin;
        this.sightings = sightings;
        this.overtaken = overtaken;
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        String pid = event.getPid();
        if (event.getType() == ConfigurationEvent.CM_DELETED) {
            sightings.forget(pid);
            made.remove(pid);
        } else if (event.getType() == ConfigurationEvent.CM_UPDATED
                && watch.filter(one -> Thread.currentThread() == one.by()).isEmpty()) {
            watch.filter(one -> pid.equals(one.pid()))
                    .ifPresent(one -> one.edit()
                            .set(Optional.ofNullable(one.configuration().getProperties())));
            if (Optional.ofNullable(made.get(pid)).filter(Made::isLast).isPresent()) {
                LOG.warn(
                        "{}: it was changed at the very moment when a value was delivered to it; see whether the change is there.",
                        Printable.of(pid));
                sightings.unsettle(pid);
                overtaken.run();
            }
        }
    }

    Outcome deliver(String pid) {
        try {
            Optional<Configuration> configuration = find(pid);
            if (configuration.isEmpty()) {
                return Outcome.GONE;
            }
            watch = Optional.of(new Watch(configuration.get()));
            deliver(watch.get());
            return Outcome.DELIVERED;
        } catch (IOException | InvalidSyntaxException | RuntimeException refused) {
            // Its message may quote properties; those are only references, but also other people's.
            LOG.warn(
                    "{}: ConfigAdmin does not deliver it again ({}); its consumers keep what they have.",
                    Printable.of(pid),
                    refused.getClass().getName());
            return Outcome.FAILED;
        } finally {
            watch = Optional.empty();
        }
    }

    private void deliver(Watch watch) throws IOException {
        Configuration configuration = watch.configuration();
        long count = configuration.getChangeCount();
        Optional<Dictionary<String, ?>> written = Optional.ofNullable(configuration.getProperties());
        for (int attempt = 0; attempt < ATTEMPTS && written.isPresent(); attempt++) {
            if (configuration.getChangeCount() != count) {
                // Somebody else just did what is to be done.
                return;
            }
            update(configuration, written.get());
            Dictionary<String, ?> ours = written.get();
            count = configuration.getChangeCount();
            made.put(watch.pid(), new Made(configuration, count));
            written = watch.edit().getAndSet(Optional.empty()).map(theirs -> lastOf(watch, theirs, ours));
        }
    }

    /** A configuration is read-only when its file is. That means what is written in it, which stays as it is. */
    private static void update(Configuration configuration, Dictionary<String, ?> properties) throws IOException {
        boolean readOnly = configuration.getAttributes().contains(ConfigurationAttribute.READ_ONLY);
        if (readOnly) {
            configuration.removeAttributes(ConfigurationAttribute.READ_ONLY);
        }
        try {
            configuration.update(properties);
        } finally {
            if (readOnly) {
                configuration.addAttributes(ConfigurationAttribute.READ_ONLY);
            }
        }
    }

    /** Somebody else wrote, too: which of both is to be delivered, because ConfigAdmin may have delivered neither. */
    private static Dictionary<String, ?> lastOf(Watch watch, Dictionary<String, ?> theirs, Dictionary<String, ?> ours) {
        Dictionary<String, ?> current = watch.configuration().getProperties();
        if (isEqual(current, ours) && !isEqual(theirs, ours)) {
            LOG.warn("{}: a change was undone by a delivery, and is made again.", Printable.of(watch.pid()));
            return theirs;
        }
        return current;
    }

    /** All configurations; empty if ConfigAdmin does not say. */
    Optional<List<Configuration>> all() {
        try {
            return Optional.of(Optional.ofNullable(admin.listConfigurations(null))
                    .map(List::of)
                    .orElseGet(List::of));
        } catch (IOException | InvalidSyntaxException | IllegalStateException refused) {
            LOG.warn(
                    "ConfigAdmin does not list its configurations ({}); references are found as they are delivered.",
                    refused.getClass().getName());
            return Optional.empty();
        }
    }

    private Optional<Configuration> find(String pid) throws IOException, InvalidSyntaxException {
        // RFC 4515 section 3: these have a meaning in a filter and are escaped in a value.
        String filter = "(service.pid=" + pid.replaceAll("[\\\\*()]", "\\\\$0") + ")";
        return Optional.ofNullable(admin.listConfigurations(filter)).map(found -> found[0]);
    }

    private static boolean isEqual(Dictionary<String, ?> one, Dictionary<String, ?> other) {
        Set<String> names = new HashSet<>(Collections.list(one.keys()));
        return names.equals(new HashSet<>(Collections.list(other.keys())))
                && names.stream().allMatch(name -> Objects.deepEquals(one.get(name), other.get(name)));
    }
}
