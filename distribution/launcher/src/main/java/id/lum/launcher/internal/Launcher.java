package id.lum.launcher.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.main.AutoProcessor;
import org.apache.felix.main.Main;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

/**
 * Starts Felix as {@code conf/config.properties} says. It ends with status 1 if a bundle of that file does not run, if
 * a line of it is stray, or if another process runs with the same data. Felix's own launcher goes on in all these
 * cases.
 */
public final class Launcher {
    private static final int FAILED = 1;

    private Launcher() {}

    /**
     * Runs the container until it is stopped, and ends the virtual machine. The system properties {@code lumid.home},
     * {@code lumid.etc} and {@code lumid.data} name its folders.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        // Felix formats the version of Java into a version of its own, which other digits than 0 to 9 would invalidate.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        int status = FAILED;
        Path data = Path.of(System.getProperty("lumid.data"));
        try (FileChannel file = open(data.resolve("lock"));
                FileLock lock = file.tryLock()) {
            if (lock == null) {
                System.err.println("lumid: another container runs in " + data
                        + ". End it first; a second one needs a folder of its own.");
            } else {
                status = run(Path.of(System.getProperty("lumid.home")));
            }
        } catch (Exception failed) {
            failed.printStackTrace();
            System.err.println("lumid: the container could not be started: " + failed);
        }
        System.exit(status);
    }

    /** The operating system releases a lock on this file when the process ends, also when it is killed. */
    private static FileChannel open(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static int run(Path home) throws Exception {
        Path file = home.resolve("conf/config.properties");
        List<String> stray = Files.exists(file) ? StrayLines.in(file) : List.of();
        if (!stray.isEmpty()) {
            stray.forEach(System.err::println);
            System.err.println("lumid: the container was not started, because a bundle might be missing in it.");
            return FAILED;
        }
        System.setProperty(Main.CONFIG_PROPERTIES_PROP, file.toUri().toString());
        Map<String, String> configuration = Optional.ofNullable(Main.loadConfigProperties())
                .orElseThrow(() -> new IllegalStateException("There is no conf/config.properties in " + home + "."));
        Main.copySystemProperties(configuration);
        Framework framework = new FrameworkFactory().newFramework(configuration);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(framework), "stop of the framework"));
        FrameworkEvent end;
        do {
            List<String> failed = start(framework, configuration);
            if (!failed.isEmpty()) {
                stop(framework);
                failed.forEach(System.err::println);
                System.err.println("lumid: the container has ended, because it is not whole. What runs in it stands in "
                        + file + ".");
                return FAILED;
            }
            end = framework.waitForStop(0);
        } while (end.getType() == FrameworkEvent.STOPPED_UPDATE);
        return 0;
    }

    private static List<String> start(Framework framework, Map<String, String> configuration) throws Exception {
        framework.init();
        // Anew each time: a framework that stops forgets its listeners.
        StartFailures failures = new StartFailures(configuration);
        framework.getBundleContext().addFrameworkListener(failures);
        AutoProcessor.process(configuration, framework.getBundleContext());
        framework.start();
        return failures.in(framework);
    }

    private static void stop(Framework framework) {
        try {
            framework.stop();
            framework.waitForStop(0);
        } catch (Exception failed) {
            System.err.println("lumid: the framework could not be stopped: " + failed);
        }
    }
}
