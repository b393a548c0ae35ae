package id.lum.support.config;

import id.lum.hooks.LogSafe;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The delivery of what is there when an owner's bundle starts, which its start waits for if that makes sense. */
final class FirstDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(FirstDelivery.class);
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);
    // Felix appends what it does at the moment.
    private static final String UPDATER = "CM Configuration Updater";

    private final CountDownLatch made = new CountDownLatch(1);

    void complete() {
        made.countDown();
    }

    void await(BundleContext bundle, String pid) {
        if (!arrivesMeanwhile(bundle.getServiceReference(ConfigurationAdmin.class))) {
            return;
        }
        try {
            if (!made.await(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{}: the configuration takes long to arrive; it will count when it does.", LogSafe.of(pid));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean arrivesMeanwhile(ServiceReference<ConfigurationAdmin> admin) {
        if (admin == null || Thread.currentThread().getName().startsWith(UPDATER)) {
            return false;
        }
        // The activator registers the service, perhaps on this thread, before it begins to deliver.
        Bundle bundle = admin.getBundle();
        return bundle != null && bundle.getState() == Bundle.ACTIVE;
    }
}
