package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.Configuration.ConfigurationAttribute;
import org.osgi.service.cm.ConfigurationEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has ConfigAdmin deliver a configuration again, by writing the properties that it has, with their references. For one
 * thread, except for events.
 *
 * <p>ConfigAdmin has no conditional write: an edit between reading and writing would be undone. So this listens to
 * edits meanwhile, and makes one again that was undone. An edit may be stored before anybody is told of it. What one
 * that was undone in that moment wanted is lost; the count of changes shows that there was one, and it is logged.
 */
final class Redelivery {
    private static final Logger LOG = LoggerFactory.getLogger(Redelivery.class);

    /** A configuration that is edited all the time is delivered by the edits. */
    private static final int ATTEMPTS = 3;

    private record Watch(
            Configuration configuration, String pid, Thread writer, AtomicReference<Dictionary<String, ?>> edit) {}

    private volatile Watch watch;

    /** For a synchronous listener: the event comes while the configuration still is as it was just written. */
    void observe(ConfigurationEvent event) {
        Watch current = watch;
        if (current != null
                && event.getType() == ConfigurationEvent.CM_UPDATED
                && current.pid().equals(event.getPid())
                && Thread.currentThread() != current.writer()) {
            current.edit().set(current.configuration().getProperties());
        }
    }

    /** @throws IllegalStateException if the configuration is deleted */
    void deliver(Configuration configuration) throws IOException {
        watch = new Watch(configuration, configuration.getPid(), Thread.currentThread(), new AtomicReference<>());
        try {
            // Before the properties: an edit between the two costs a line, the other way round it would cost the edit.
            long changes = configuration.getChangeCount();
            Dictionary<String, ?> properties = configuration.getProperties();
            for (int attempt = 0; attempt < ATTEMPTS && properties != null; attempt++) {
                update(configuration, properties);
                long others = configuration.getChangeCount() - changes - 1;
                Dictionary<String, ?> edit = watch.edit().getAndSet(null);
                boolean inForce = isEqual(configuration.getProperties(), properties);
                boolean undone = inForce && edit != null && !isEqual(edit, properties);
                if (undone) {
                    LOG.warn("{}: a change was undone by a delivery, and is made again.", LogSafe.of(watch.pid()));
                } else if (inForce && others > 0) {
                    LOG.warn(
                            "{}: a change at the moment of a delivery may have been undone by it."
                                    + " If the change is missing, make it again.",
                            LogSafe.of(watch.pid()));
                }
                changes = configuration.getChangeCount();
                properties = undone ? edit : null;
            }
        } finally {
            watch = null;
        }
    }

    /** A configuration is read-only when its file is; that protects what is written, which stays the same. */
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

    private static boolean isEqual(Dictionary<String, ?> one, Dictionary<String, ?> other) {
        Set<String> names = new HashSet<>(Collections.list(one.keys()));
        return names.equals(new HashSet<>(Collections.list(other.keys())))
                && names.stream().allMatch(name -> Objects.deepEquals(one.get(name), other.get(name)));
    }
}
