package id.lum.goplugin.internal;

import id.lum.support.config.OneOf;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The settings of the configuration {@code id.lum.goplugin}. */
@ObjectClassDefinition(
        id = GoPluginSettings.PID,
        name = "lum.id hooks: go-plugin token stores",
        description = "Runs the plugins of configmanager as token stores. No plugin is run that has no checksum here.")
@interface GoPluginConfiguration {
    @AttributeDefinition(
            name = "Folders of plugins",
            description =
                    "Where plugins lie, separated by commas; the first folder that has one counts. A plugin for the prefix "
                            + "VAULT is vault-linux-amd64 or vault/vault-linux-amd64 there.",
            required = false)
    String roots();

    @AttributeDefinition(
            name = "Folders of configmanager",
            description =
                    "On looks, after the folders above, where configmanager does: into .configmanager/plugins of the "
                            + "current folder, then of the home folder.",
            required = false,
            options = {@Option(label = "off", value = "off"), @Option(label = "on", value = "on")})
    @OneOf({"on", "off", "true", "false"})
    String configmanager_layout() default "off";

    @AttributeDefinition(
            name = "Checksums",
            description =
                    "A prefix and the SHA-256 of its plugin, with a blank between, separated by commas. A plugin without a "
                            + "checksum, or with another, is not run. The word none in place of a checksum accepts any file.",
            required = false)
    String sha256();

    @AttributeDefinition(
            name = "Environment",
            description =
                    "A prefix and a variable of this container's environment that its plugin gets, with a blank between, "
                            + "separated by commas. An asterisk at the end stands for any characters. Such as: VAULT VAULT_*",
            required = false)
    String environment();

    @AttributeDefinition(
            name = "Cookies",
            description = "The values of CONFIGMANAGER_PLUGIN by which a plugin knows its host, tried in this order.",
            required = false)
    String cookies() default "configmanager-plugin-hello, hello";

    @AttributeDefinition(
            name = "AutoMTLS",
            description = "On has both ends of a connection show certificates that are made for one process.",
            required = false,
            options = {@Option(label = "off", value = "off"), @Option(label = "on", value = "on")})
    @OneOf({"on", "off", "true", "false"})
    String auto_mtls() default "on";

    @AttributeDefinition(
            name = "Output of plugins",
            description =
                    "What becomes of the lines that plugins print, which may quote secrets: off drops them, debug logs each "
                            + "at DEBUG, levels at the level that the plugin gives it.",
            required = false,
            options = {
                @Option(label = "off", value = "off"),
                @Option(label = "debug", value = "debug"),
                @Option(label = "levels", value = "levels")
            })
    @OneOf({"off", "debug", "levels"})
    String output() default "debug";

    @AttributeDefinition(
            name = "Start timeout in milliseconds",
            description = "How long a plugin may take to start.",
            required = false)
    @Whole(min = 1, max = 2 * 60 * 1000, unit = "milliseconds")
    String start_timeout_ms() default "10000";

    @AttributeDefinition(
            name = "Call timeout in milliseconds",
            description = "How long a plugin may take for one answer, its start included if it has to be started.",
            required = false)
    @Whole(min = 1, max = 2 * 60 * 1000, unit = "milliseconds")
    String call_timeout_ms() default "10000";

    @AttributeDefinition(
            name = "Seconds between looks",
            description = "How often the folders are looked into for plugins that came, went or changed.",
            required = false)
    @Whole(min = 1, max = 24 * 60 * 60, unit = "seconds")
    String scan_seconds() default "5";

    @AttributeDefinition(
            name = "Work folder",
            description = "Where checked copies of plugins are, and what is known of running ones. Files in it must be "
                    + "executable. By default lumid/goplugin in the data folder of the container.",
            required = false)
    String work_folder();

    @AttributeDefinition(
            name = "Socket folder",
            description =
                    "Where the sockets of plugins are, each in a folder of its own. By default the folder for temporary "
                            + "files, or /tmp if its path is too long for a socket.",
            required = false)
    String socket_folder();
}
