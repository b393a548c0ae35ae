package id.lum.launcher.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/** Which bundles should run after the start, do not, and why. */
final class StartFailures implements FrameworkListener {
    /** Of the event of the start. Without it a cause may be missing in a sentence. */
    private static final Duration MAX_DELAY = Duration.ofSeconds(10);

    private static final Duration SLICE = Duration.ofMillis(100);

    private final Map<String, String> configuration;
    private final Map<Bundle, String> causes = new ConcurrentHashMap<>();
    private final CountDownLatch started = new CountDownLatch(1);

    /** @param configuration with the lists of bundles */
    StartFailures(Map<String, String> configuration) {
        this.configuration = configuration;
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR && event.getThrowable() != null) {
            causes.putIfAbsent(event.getBundle(), cause(event.getThrowable()));
        } else if (event.getType() == FrameworkEvent.STARTED) {
            started.countDown();
        }
    }

    private static String cause(Throwable failed) {
        boolean activator = failed instanceof BundleException bundle
                && bundle.getType() == BundleException.ACTIVATOR_ERROR
                && failed.getCause() != null;
        return activator ? failed.getMessage() + " " + failed.getCause() : String.valueOf(failed.getMessage());
    }

    /**
     * Looks at a framework that has just started.
     *
     * @param framework the framework
     * @return a sentence for each bundle that should run by now, but was not installed, not resolved or not started
     * @throws InterruptedException if this thread is interrupted
     */
    List<String> in(Framework framework) throws InterruptedException {
        try {
            awaitCauses(framework);
            // Its shell may have ended it meanwhile, and then no bundle runs.
            BundleContext context = framework.getBundleContext();
            List<String> failures = context == null ? List.of() : in(context);
            return framework.getState() == Bundle.ACTIVE ? failures : List.of();
        } catch (IllegalStateException stopped) {
            return List.of();
        }
    }

    /** Events come later than what they tell, one after the other: that of the start is the last. */
    private void awaitCauses(Framework framework) throws InterruptedException {
        long end = System.nanoTime() + MAX_DELAY.toNanos();
        while (framework.getState() == Bundle.ACTIVE
                && System.nanoTime() - end < 0
                && !started.await(SLICE.toMillis(), TimeUnit.MILLISECONDS)) {
            // A framework that stops meanwhile tells nobody of its start any more.
        }
    }

    private List<String> in(BundleContext context) {
        int reached = context.getBundle().adapt(FrameworkStartLevel.class).getStartLevel();
        List<String> failures = new ArrayList<>();
        for (String location : BundleLists.locations(configuration, BundleLists.START)) {
            Bundle bundle = context.getBundle(location);
            if (bundle == null) {
                failures.add(notInstalled(location));
            } else if (!runs(bundle) && bundle.adapt(BundleStartLevel.class).getStartLevel() <= reached) {
                failures.add("lumid: " + bundle.getSymbolicName() + " cannot run: "
                        + causes.getOrDefault(bundle, "it was not started.") + " (" + location + ")");
            }
        }
        BundleLists.locations(configuration, BundleLists.INSTALL).stream()
                .filter(location -> context.getBundle(location) == null)
                .map(StartFailures::notInstalled)
                .forEach(failures::add);
        return failures;
    }

    private static String notInstalled(String location) {
        return "lumid: " + (location.isBlank() ? "\"\"" : location) + " could not be installed; see above.";
    }

    private static boolean runs(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0) {
            return bundle.getState() == Bundle.RESOLVED;
        }
        // One with lazy activation is STARTING until it is used.
        return bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING;
    }
}
