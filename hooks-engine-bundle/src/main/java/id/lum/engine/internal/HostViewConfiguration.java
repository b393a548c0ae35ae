package id.lum.engine.internal;

import id.lum.hooks.host.HostHooks;
import id.lum.support.config.OneOf;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The settings of a configuration {@code id.lum.hooks.host~...}. */
@ObjectClassDefinition(
        id = HostViewConfiguration.PID,
        name = "lum.id hooks: composed view of a host",
        description =
                "One configuration for each host: which hooks it insists on, and how long its callers wait for one.")
@interface HostViewConfiguration {
    /** The PID of the factory. */
    String PID = "id.lum.hooks.host";

    @AttributeDefinition(
            name = "Host",
            description =
                    "The host that this view is for. It asks the hooks whose service property hook.host holds this name.")
    String host();

    @AttributeDefinition(
            name = "Required hooks",
            description =
                    "Without these every call that would ask them is answered 503. Kinds are identity, guard, permission, "
                            + "registrar, usage, and those that bundles declare. A kind means every hook of that kind "
                            + "that was seen since the start. A kind with a colon and a name means that hook.",
            required = false)
    String required() default "identity, permission, registrar";

    // At most ten minutes: callers hold their host's threads for the sake of a hook that may not come back.
    @AttributeDefinition(
            name = "Grace time in milliseconds",
            description =
                    "How long, counted from its departure, callers wait for a hook that has left. From 0 to 600000.",
            required = false)
    @Whole(min = 0, max = 10 * 60 * 1000, unit = "milliseconds")
    String grace_ms() default "" + HostHooks.GRACE_MILLIS_DEFAULT;

    @AttributeDefinition(
            name = "Access",
            description =
                    "Open lets everybody in as administrator until the first identity or permission hook is seen. For a "
                            + "developer's own machine; it cannot be combined with required hooks.",
            required = false,
            options = {@Option(label = "closed", value = "closed"), @Option(label = "open", value = "open")})
    @OneOf({"open", "closed"})
    String access() default "closed";
}
