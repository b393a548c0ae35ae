package id.lum.engine.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What an operator can set, for tools that show it. The text is read by {@link HostSettings}. */
@ObjectClassDefinition(
        id = HostSettings.PID,
        name = "lum.id hooks: composed view of a host",
        description =
                "One configuration for each host: which hooks it insists on, and how long its callers wait for one.")
interface HostViewConfiguration {
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
            required = false,
            defaultValue = HostSettings.REQUIRED_DEFAULT)
    String required();

    @AttributeDefinition(
            name = "Grace time in milliseconds",
            description =
                    "How long, counted from its departure, callers wait for a hook that has left. From 0 to 600000.",
            required = false,
            defaultValue = HostSettings.GRACE_DEFAULT)
    String grace_ms();

    @AttributeDefinition(
            name = "Access",
            description =
                    "Open lets everybody in as administrator until the first identity or permission hook is seen. For a "
                            + "developer's own machine; it cannot be combined with required hooks.",
            required = false,
            defaultValue = HostSettings.ACCESS_DEFAULT,
            options = {@Option(label = "closed", value = "closed"), @Option(label = "open", value = "open")})
    String access();
}
