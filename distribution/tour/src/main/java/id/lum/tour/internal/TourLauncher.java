package id.lum.tour.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the tour outside of any container: it starts a container for each chapter, waits for its end, and reads in
 * {@link Progress} what came of it. {@code bin/lumid tour} starts it.
 *
 * <p>The exit status is 0 if all answers were right. It is 1 if one was wrong, if the tour did not take place, or if it
 * took longer than {@code lumid.tour.limit.s} seconds (default: 300). If a container dies, it is the status of that
 * one.
 */
public final class TourLauncher {
    private static final int FAILED = 1;
    private static final Duration LIMIT = Duration.ofSeconds(Long.getLong("lumid.tour.limit.s", 300));

    /** The time that a container has to stop before it is killed. */
    private static final Duration STOP = Duration.ofSeconds(10);

    /** The start level that includes the tour, but not the shell, which ends a container when its input ends. */
    private static final int LEVEL_OF_TOUR = 10;

    private final Path home = Path.of(System.getProperty("lumid.home"));
    private final Path data = Path.of(System.getProperty("lumid.data"));
    private final long deadline = System.nanoTime() + LIMIT.toNanos();
    private final List<String> java;
    private final boolean stay;
    private Process container;
    private boolean stopping;

    private TourLauncher(List<String> java, boolean stay) {
        this.java = java;
        this.stay = stay;
    }

    /**
     * Ends with the verdict as the exit status.
     *
     * @param arguments {@code --stay} or an empty text, then the command that starts Java with the options of a
     *     container
     */
    public static void main(String[] arguments) {
        List<String> java = List.of(arguments).subList(1, arguments.length);
        TourLauncher tour = new TourLauncher(java, arguments[0].equals("--stay"));
        Runtime.getRuntime().addShutdownHook(new Thread(tour::stop, "stop of the container"));
        int status;
        try {
            status = tour.run();
        } catch (IOException | InterruptedException failed) {
            status = failed("the tour could not go on: " + failed);
        }
        System.exit(status);
    }

    private int run() throws IOException, InterruptedException {
        Path lock = Files.createDirectories(data).resolve("tour.lock");
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (file.tryLock() == null) {
                return failed("another tour runs in " + data + ". End it first.");
            }
            deleteAllBut(lock);
            return tellChapters();
        }
    }

    private int tellChapters() throws IOException, InterruptedException {
        Progress progress = Progress.NONE;
        while (!progress.isOver()) {
            int chapter = progress.told() + 1;
            boolean stays = stay && chapter == progress.chapters();
            start(chapter, stays);
            if (stays) {
                return container.waitFor();
            }
            if (!container.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                stop();
                return failed("the tour did not end within " + LIMIT.toSeconds() + " s.");
            }
            progress = Progress.read(Progress.in(data));
            if (progress.told() < chapter) {
                int status = container.exitValue();
                return status == 0 ? failed("the tour did not take place; see above.") : status;
            }
        }
        return progress.wrong() == 0 ? 0 : FAILED;
    }

    private synchronized void start(int chapter, boolean stays) throws IOException, InterruptedException {
        while (stopping) {
            // The virtual machine ends meanwhile.
            wait();
        }
        List<String> command = new ArrayList<>(java);
        command.add("-Dfelix.auto.start.10=" + quoted("id.lum.fakes.jar") + " " + quoted("id.lum.tour.jar"));
        command.add("-Dorg.osgi.framework.startlevel.beginning=" + LEVEL_OF_TOUR);
        command.add("-Dlumid.tour.chapter=" + chapter);
        if (stays) {
            command.add("-Dlumid.tour.stay=" + Integer.getInteger("org.osgi.framework.startlevel.beginning", 20));
        }
        command.addAll(List.of("-jar", home.resolve("lib/lumid.jar").toString()));
        container = new ProcessBuilder(command).inheritIO().start();
    }

    /** Runs also when this process is asked to end. A container that does not stop is killed. */
    private synchronized void stop() {
        stopping = true;
        if (container != null && container.isAlive()) {
            container.destroy();
            try {
                if (!container.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                    container.destroyForcibly().waitFor();
                }
            } catch (InterruptedException interrupted) {
                container.destroyForcibly();
            }
        }
    }

    private String quoted(String jar) {
        return '"' + home.resolve("tour").resolve(jar).toUri().toString() + '"';
    }

    private void deleteAllBut(Path kept) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!kept.startsWith(one)) {
                    Files.delete(one);
                }
            }
        }
    }

    private static int failed(String sentence) {
        System.err.println("lumid: " + sentence);
        return FAILED;
    }
}
