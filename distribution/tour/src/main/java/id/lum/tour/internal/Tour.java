package id.lum.tour.internal;

import id.lum.core.policy.Sharing;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * One chapter of the tour. It begins when the composed views of its hosts are there, writes its {@link Progress} and
 * ends the container. {@link TourLauncher} starts another container for the next chapter. After the last one the
 * container stays if {@code lumid.tour.stay} is set: to the start level of the shell, or to a lower one.
 */
@Component(service = Tour.class, immediate = true)
public final class Tour {
    private static final List<Chapter> CHAPTERS = List.of(new FirstStart(), new AfterRestart(), new AfterKill());

    /** The start level of the shell, as in {@code conf/config.properties}. */
    private static final int SHELL = 20;

    private final BundleContext bundles;
    private final FlowmeshHooks flowmesh;
    private final LumilakeHooks lumilake;
    private final HostHooks<?> acme;
    private final ConfigurationAdmin configurations;
    private final CommandProcessor shell;

    /** They come and go with the adapter, which the tour replaces. */
    @Reference(
            target = "(hook.host=flowmesh)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    private volatile List<Sharing> sharings = List.of();

    /**
     * Begins the tour in a thread of its own, which nobody waits for: it ends with the container.
     *
     * @param bundles this bundle
     * @param flowmesh the composed view of host flowmesh
     * @param lumilake the composed view of host lumilake
     * @param acme the composed view of a host that has no types of its own
     * @param configurations to change settings live
     * @param shell to run commands as an operator does
     */
    @Activate
    public Tour(
            BundleContext bundles,
            @Reference(target = "(hook.host=flowmesh)") HostHooks<id.lum.hooks.flowmesh.UsageRow> flowmesh,
            @Reference(target = "(hook.host=lumilake)") HostHooks<id.lum.hooks.lumilake.UsageRow> lumilake,
            @Reference(target = "(hook.host=acme)") HostHooks<?> acme,
            @Reference ConfigurationAdmin configurations,
            @Reference CommandProcessor shell) {
        this.bundles = bundles;
        this.flowmesh = new FlowmeshHooks(flowmesh);
        this.lumilake = new LumilakeHooks(lumilake);
        this.acme = acme;
        this.configurations = configurations;
        this.shell = shell;
        Thread guide = new Thread(this::guide, "tour");
        guide.setDaemon(true);
        guide.start();
    }

    private void guide() {
        Narrator narrator = new Narrator(System.out);
        try {
            int chapter = Integer.parseInt(property("lumid.tour.chapter").orElse("1"));
            tell(chapter, narrator);
            if (chapter < CHAPTERS.size()) {
                boolean killed = CHAPTERS.get(chapter - 1).endsInAKill();
                narrator.scene(
                        killed
                                ? "The container is killed, with kill -KILL, and started again for what follows."
                                : "The container ends here, and is started again for what follows.");
                narrator.progress(CHAPTERS.size(), chapter).write(progress());
                if (killed) {
                    kill();
                }
                System.exit(0);
            }
        } catch (Throwable failure) {
            // Also after an error the container ends, and the console shows why.
            narrator.check("The tour goes on", "yes", "no: " + failure);
        }
        narrator.end();
        int level = Integer.parseInt(property("lumid.tour.stay").orElse("0"));
        if (level > 0) {
            System.out.println("The container stays. "
                    + (level < SHELL
                            ? "It has no input, so there is no shell; end it with SIGTERM."
                            : "Try hooks:list, or help; leave with: exit 0"));
            bundles.getBundle(0).adapt(FrameworkStartLevel.class).setStartLevel(level);
        } else {
            System.exit(writeVerdict(narrator));
        }
    }

    /** The tour is over after a failure, too. */
    private int writeVerdict(Narrator narrator) {
        try {
            narrator.progress(CHAPTERS.size(), CHAPTERS.size()).write(progress());
            return 0;
        } catch (IOException failed) {
            System.out.println("The verdict could not be written: " + failed);
            return 1;
        }
    }

    private void tell(int chapter, Narrator narrator) throws IOException {
        Progress before = Progress.read(progress());
        if (before.told() != chapter - 1) {
            throw new IllegalStateException(
                    "chapter " + chapter + " is asked for, and " + before.told() + " have been told");
        }
        narrator.goOnFrom(before);
        LiveSettings settings = new LiveSettings(configurations);
        CHAPTERS.get(chapter - 1)
                .tell(new Stage(
                        narrator,
                        flowmesh,
                        lumilake,
                        acme,
                        new PlayedLumid(settings),
                        new PlayedRunmesh(settings, progress().getParent()),
                        new PlayedOptimizer(settings),
                        new FlowmeshSharing(() -> sharings),
                        new TourSettings(configurations),
                        new Console(shell),
                        bundles));
    }

    private Path progress() {
        return Progress.in(Path.of(property("lumid.data").orElseThrow()));
    }

    private Optional<String> property(String name) {
        return Optional.ofNullable(bundles.getProperty(name));
    }

    /** Ends the process without any code of Java's, such as shutdown hooks. */
    private static void kill() throws IOException, InterruptedException {
        System.out.flush();
        new ProcessBuilder(
                        "kill", "-KILL", String.valueOf(ProcessHandle.current().pid()))
                .start()
                .waitFor();
    }
}
