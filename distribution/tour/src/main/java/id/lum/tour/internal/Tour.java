package id.lum.tour.internal;

import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The tour: it begins when the composed views of both hosts are there, and ends the container with a status that says
 * whether every answer was the right one. With {@code lumid.tour.then=shell} the container stays, and its shell starts;
 * with {@code lumid.tour.then=service} it stays without one.
 */
@Component(service = Tour.class, immediate = true)
public final class Tour {
    /** The start level of the shell, which the launcher keeps from starting while the tour talks. */
    private static final int SHELL = 20;

    /**
     * What {@code bin/lumid} turns into 0. Not 0 itself: the framework's launcher ends with that when it has failed.
     */
    private static final int ALL_RIGHT = 100;

    private static final int WRONG = 1;

    private final BundleContext bundles;
    private final FlowmeshHooks flowmesh;
    private final LumilakeHooks lumilake;
    private final ConfigurationAdmin configurations;
    private final CommandProcessor shell;

    /**
     * Begins the tour in a thread of its own, which nobody waits for: it ends with the container.
     *
     * @param bundles this bundle
     * @param flowmesh the composed view of host flowmesh
     * @param lumilake the composed view of host lumilake
     * @param configurations to change the demo's settings live
     * @param shell to run commands as an operator does
     */
    @Activate
    public Tour(
            BundleContext bundles,
            @Reference FlowmeshHooks flowmesh,
            @Reference LumilakeHooks lumilake,
            @Reference ConfigurationAdmin configurations,
            @Reference CommandProcessor shell) {
        this.bundles = bundles;
        this.flowmesh = flowmesh;
        this.lumilake = lumilake;
        this.configurations = configurations;
        this.shell = shell;
        Thread guide = new Thread(this::guide, "tour");
        guide.setDaemon(true);
        guide.start();
    }

    private void guide() {
        Narrator narrator = new Narrator(System.out);
        try {
            Console console = new Console(shell);
            new FlowmeshStory(flowmesh, narrator, new DemoSettings(configurations), console).tell();
            new LumilakeStory(lumilake, narrator).tell();
            new SwapStory(bundles, flowmesh, narrator).tell();
        } catch (Throwable failure) {
            // An error, too, must end in a verdict: without one the container would live on, and nobody would know why.
            narrator.check("The tour goes on", "yes", "no: " + failure);
        }
        narrator.end();
        switch (String.valueOf(bundles.getProperty("lumid.tour.then"))) {
            case "shell" -> stay("Try hooks:list, or help; leave with: exit 0", SHELL);
            case "service" -> stay("It has no input, so there is no shell; end it with SIGTERM.", SHELL - 1);
            default -> System.exit(narrator.isWrong() ? WRONG : ALL_RIGHT);
        }
    }

    private void stay(String hint, int level) {
        System.out.println("The container stays. " + hint);
        bundles.getBundle(0).adapt(FrameworkStartLevel.class).setStartLevel(level);
    }
}
