package id.lum.tour.internal;

import id.lum.core.adapter.HostGrants;
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
 * The tour: it begins when the composed views of its hosts are there. One chapter is told between a start of the
 * container and its end; the status with which it ends the container asks the launcher for the next, or says whether
 * every answer of all chapters was the right one. After the last, with {@code lumid.tour.then=shell}, the container
 * stays, and its shell starts; with {@code lumid.tour.then=service} it stays without one.
 */
@Component(service = Tour.class, immediate = true)
public final class Tour {
    private static final List<Chapter> CHAPTERS = List.of(new FirstStart(), new AfterRestart(), new AfterKill());

    /** The start level of the shell, which the launcher keeps from starting while the tour talks. */
    private static final int SHELL = 20;

    private final BundleContext bundles;
    private final FlowmeshHooks flowmesh;
    private final LumilakeHooks lumilake;
    private final HostHooks<?> acme;
    private final ConfigurationAdmin configurations;
    private final CommandProcessor shell;

    /** They come and go with the adapter, which the tour replaces. */
    @Reference(
            target = "(lumid.host=flowmesh)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    private volatile List<HostGrants> grants = List.of();

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
                narrator.progress(chapter).write(progress());
                if (CHAPTERS.get(chapter - 1).endsInAKill()) {
                    narrator.scene("The container is killed, with kill -KILL, and started again for what follows.");
                    kill();
                } else {
                    narrator.scene("The container ends here, and is started again for what follows.");
                    end(chapter + 1 < CHAPTERS.size() ? Ending.ANOTHER_CHAPTER : Ending.LAST_CHAPTER);
                }
                return;
            }
        } catch (Throwable failure) {
            // An error, too, must end in a verdict: without one the container would live on, and nobody would know why.
            narrator.check("The tour goes on", "yes", "no: " + failure);
        }
        narrator.end();
        switch (property("lumid.tour.then").orElse("end")) {
            case "shell" -> stay("Try hooks:list, or help; leave with: exit 0", SHELL);
            case "service" -> stay("It has no input, so there is no shell; end it with SIGTERM.", SHELL - 1);
            default -> end(narrator.isWrong() ? Ending.WRONG : Ending.ALL_RIGHT);
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
                        new FlowmeshSharing(() -> grants),
                        new TourSettings(configurations),
                        new Console(shell),
                        bundles));
    }

    /** Where the tour keeps how far it has come; the launcher throws it away before the first chapter. */
    private Path progress() {
        return Path.of(property("lumid.data").orElseThrow(), "tour.properties");
    }

    private Optional<String> property(String name) {
        return Optional.ofNullable(bundles.getProperty(name));
    }

    /** Nothing of Java's runs any more then. The launcher sees by the progress that it was meant. */
    private static void kill() throws IOException, InterruptedException {
        System.out.flush();
        new ProcessBuilder(
                        "kill", "-KILL", String.valueOf(ProcessHandle.current().pid()))
                .start()
                .waitFor();
    }

    private static void end(Ending ending) {
        System.exit(ending.status());
    }

    private void stay(String hint, int level) {
        System.out.println("The container stays. " + hint);
        bundles.getBundle(0).adapt(FrameworkStartLevel.class).setStartLevel(level);
    }
}
