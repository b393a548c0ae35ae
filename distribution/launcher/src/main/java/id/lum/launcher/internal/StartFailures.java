package id.lum.launcher.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final String LISTS = "felix.auto.start";
    private static final Pattern LOCATION = Pattern.compile("\"([^\"]+)\"");

    private final Map<String, String> configuration;
    private final Map<Bundle, String> causes = new ConcurrentHashMap<>();

    /** @param configuration with the lists of bundles */
    StartFailures(Map<String, String> configuration) {
        this.configuration = configuration;
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR && event.getThrowable() != null) {
            causes.putIfAbsent(event.getBundle(), cause(event.getThrowable()));
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
     */
    List<String> in(Framework framework) {
        try {
            // Its shell may have ended it meanwhile, and then no bundle runs.
            BundleContext context = framework.getBundleContext();
            List<String> failures = context == null ? List.of() : in(context);
            return framework.getState() == Bundle.ACTIVE ? failures : List.of();
        } catch (IllegalStateException stopped) {
            return List.of();
        }
    }

    private List<String> in(BundleContext context) {
        int reached = context.getBundle().adapt(FrameworkStartLevel.class).getStartLevel();
        List<String> failures = new ArrayList<>();
        for (String location : locations()) {
            Bundle bundle = context.getBundle(location);
            if (bundle == null) {
                failures.add("lumid: " + location + " could not be installed; see above.");
            } else if (!runs(bundle) && bundle.adapt(BundleStartLevel.class).getStartLevel() <= reached) {
                failures.add("lumid: " + bundle.getSymbolicName() + " cannot run: "
                        + causes.getOrDefault(bundle, "it was not started.") + " (" + location + ")");
            }
        }
        return failures;
    }

    private static boolean runs(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0) {
            return bundle.getState() == Bundle.RESOLVED;
        }
        // One with lazy activation is STARTING until it is used.
        return bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING;
    }

    private TreeSet<String> locations() {
        TreeSet<String> locations = new TreeSet<>();
        configuration.forEach((name, value) -> {
            Matcher location = LOCATION.matcher(value);
            while (name.startsWith(LISTS) && location.find()) {
                locations.add(location.group(1));
            }
        });
        return locations;
    }
}
