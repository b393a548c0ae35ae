package id.lum.tokenstore.internal;

import id.lum.support.config.OneOf;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The settings of the configuration {@code id.lum.tokenstore}. */
@ObjectClassDefinition(
        id = TokenStoreSettings.PID,
        name = "lum.id hooks: token stores",
        description =
                "Lets configurations refer to secrets instead of holding them. Nothing is allowed that no rule allows.")
@interface TokenStoreConfiguration {
    @AttributeDefinition(
            name = "Allowed references",
            description =
                    "Rules, separated by commas: a PID or factory PID, a prefix and a pattern of paths in which * stands for "
                            + "any characters, with blanks between the three. Such as: id.lum.flowmesh FILE runmesh-*",
            required = false)
    String allow();

    @AttributeDefinition(
            name = "Directory of the store FILE",
            description =
                    "The directory with one file for each secret, as container platforms mount them. Without it there is "
                            + "no store FILE.",
            required = false)
    String file_root();

    @AttributeDefinition(
            name = "Names for the store ENV",
            description =
                    "The environment variables that may be referred to, separated by commas. Without a name there is no "
                            + "store ENV.",
            required = false)
    String env_names();

    @AttributeDefinition(
            name = "Seconds between checks",
            description =
                    "How long a value is used before its store is asked again. A changed value is delivered at once.",
            required = false)
    @Whole(min = 1, max = 24 * 60 * 60, unit = "seconds")
    String recheck_seconds() default "60";

    @AttributeDefinition(
            name = "Call timeout in milliseconds",
            description = "How long a store may take for one answer.",
            required = false)
    @Whole(min = 1, max = 2 * 60 * 1000, unit = "milliseconds")
    String call_timeout_ms() default "10000";

    @AttributeDefinition(
            name = "Lax",
            description =
                    "On leaves a reference without a value in the text and replaces the others; off leaves the whole text "
                            + "as it is written, which its owner then refuses.",
            required = false,
            options = {@Option(label = "off", value = "off"), @Option(label = "on", value = "on")})
    @OneOf({"on", "off", "true", "false"})
    String lax() default "off";

    @AttributeDefinition(
            name = "Separator",
            description =
                    "What stands between the prefix and the path of a reference. Owners of configurations know a reference "
                            + "that was not resolved by :// only, and take one with another separator for a value.",
            required = false)
    String separator() default Grammar.SEPARATOR;

    @AttributeDefinition(
            name = "Key separator",
            description = "What stands between the path and the key of a reference.",
            required = false)
    String key_separator() default Grammar.KEY_SEPARATOR;
}
