package id.lum.hooks;

import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The service properties of a hook: its host, its name, by which the composed view recognizes it after an update, and
 * whether a usage sink is required.
 *
 * <p>On a Declarative Services component it is written as an annotation; a hook that is registered from code sets
 * {@link #HOST} and {@link #NAME} itself. A service without {@code hook.host} belongs to no host.
 *
 * <pre>{@code
 * @Component(service = SubmissionGuard.class)
 * @Hook(host = "flowmesh", name = "acme")
 * @ServiceRanking(100)
 * public final class OfficeHours implements SubmissionGuard { ... }
 * }</pre>
 *
 * <p>Hooks of a kind are asked by service ranking, highest first, then oldest first.
 */
@ComponentPropertyType
public @interface Hook {
    /** What the element names become: {@code hook.host}, {@code hook.name} and {@code hook.required}. */
    String PREFIX_ = "hook.";

    /** Service property: the name of the host that the hook serves, or an array or collection of names. */
    String HOST = "hook.host";

    /**
     * Service property: the name of the hook, the same before and after an update of its bundle. A hook without one
     * goes by the symbolic name of its bundle.
     */
    String NAME = "hook.name";

    /** Service property: whether a {@link UsageSink} is required while it is there, a {@link Boolean}. */
    String REQUIRED = "hook.required";

    /**
     * Service property: why a {@link UsageSink} keeps none of the rows that it accepts now, a short text such as
     * {@code billing is off}. A sink that returns from {@link UsageSink#emit} without keeping the rows publishes it;
     * without the property it keeps them. For tools: the composed view asks the sink all the same.
     */
    String DISCARDS = "hook.discards";

    /**
     * The hosts that the hook serves.
     *
     * @return host names, compared verbatim
     */
    String[] host();

    /**
     * The name of the hook, stable across updates.
     *
     * @return the name
     */
    String name();

    /**
     * Whether a {@link UsageSink} is required while it is there: a host gets a 503 when the sink refuses rows, such as
     * rows that are to be billed. Once the sink has been away for longer than the grace time it is removed like any
     * other hook, unless the configuration of the view requires it. For hooks of other kinds this has no effect, and
     * the log warns of it; the configuration of the view can require them.
     *
     * @return false, if nothing is said
     */
    boolean required() default false;
}
