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
 * The tour: it begins when the composed views of both hosts are there, and ends the container with status 0 if every
 * answer was the right one, with 1 otherwise. With {@code lumid.tour.stay=true} the container stays, and its shell
 * starts.
 */
@Component(service = Tour.class, immediate = true)
public final class Tour {
    /** The start level of the shell, which the launcher keeps from starting while the tour talks. */
    private static final int SHELL = 20;

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
        } catch (RuntimeException failure) {
            narrator.check("The tour goes on", "yes", "no: " + failure);
        }
        narrator.end();
        if (Boolean.parseBoolean(bundles.getProperty("lumid.tour.stay"))) {
            System.out.println("The container stays. Try hooks:list, or help; leave with: shutdown");
            bundles.getBundle(0).adapt(FrameworkStartLevel.class).setStartLevel(SHELL);
        } else {
            System.exit(narrator.isWrong() ? 1 : 0);
        }
    }
}
