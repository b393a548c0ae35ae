package id.lum.wasi.internal;

import id.lum.support.config.OneOf;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The settings of the configuration {@code id.lum.wasi}. */
@ObjectClassDefinition(
        id = WasiStoreSettings.PID,
        name = "lum.id hooks: token stores in WebAssembly",
        description =
                "Runs WebAssembly modules as token stores, in a sandbox. No module is run that has no checksum here.")
@interface WasiStoreConfiguration {
    @AttributeDefinition(
            name = "Folders of modules",
            description =
                    "Where modules lie, separated by commas; the first folder that has one counts. The module for the prefix "
                            + "VAULT is vault.wasm or vault/vault.wasm there.",
            required = false)
    String roots();

    @AttributeDefinition(
            name = "Checksums",
            description =
                    "A prefix and the SHA-256 of its module, with a blank between, separated by commas. A module without a "
                            + "checksum, or with another, is not run. The word none in place of a checksum accepts any file.",
            required = false)
    String sha256();

    @AttributeDefinition(
            name = "Folders that modules read",
            description = "A prefix and a folder whose files its module may read, with a blank between, separated by "
                    + "commas. The module sees it as /. Such as: FILES /srv/secrets",
            required = false)
    String folders();

    @AttributeDefinition(
            name = "Environment",
            description =
                    "A prefix and a variable of this container's environment that its module gets, with a blank between, "
                            + "separated by commas. An asterisk at the end stands for any characters. Such as: VAULT VAULT_*",
            required = false)
    String environment();

    @AttributeDefinition(
            name = "Modules with a clock",
            description = "The prefixes of the modules that learn what time it is, separated by commas.",
            required = false)
    String clock();

    @AttributeDefinition(
            name = "Execution",
            description =
                    "Compiled makes Java classes of a module, which takes a while once; its calls are faster then.",
            required = false,
            options = {
                @Option(label = "compiled", value = "compiled"),
                @Option(label = "interpreted", value = "interpreted")
            })
    @OneOf({"compiled", "interpreted"})
    String execution() default "compiled";

    @AttributeDefinition(
            name = "Instances of a module",
            description = "How many calls of one module run at a time. Each has an instance with a memory of its own.",
            required = false)
    @Whole(min = 1, max = 64, unit = "instances")
    String instances() default "2";

    @AttributeDefinition(
            name = "Pages of memory",
            description =
                    "How large the memory of an instance may grow, in pages of 64 KiB. All instances of all modules must fit into "
                            + "half of the heap.",
            required = false)
    @Whole(min = 1, max = 16 * 1024, unit = "pages")
    String memory_pages() default "256";

    @AttributeDefinition(
            name = "Output of modules",
            description =
                    "What becomes of the lines that modules print, which may quote secrets: off drops them, debug "
                            + "logs each at DEBUG, levels at the level that the module gives it.",
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
            description = "How long a module may take until it can be asked: to be read, compiled and initialized.",
            required = false)
    @Whole(min = 1, max = 10 * 60 * 1000, unit = "milliseconds")
    String start_timeout_ms() default "60000";

    @AttributeDefinition(
            name = "Call timeout in milliseconds",
            description = "How long a module may take for one answer, waiting for an instance included.",
            required = false)
    @Whole(min = 1, max = 2 * 60 * 1000, unit = "milliseconds")
    String call_timeout_ms() default "10000";

    @AttributeDefinition(
            name = "Seconds between looks",
            description = "How often the folders are looked into for modules that came, went or changed.",
            required = false)
    @Whole(min = 1, max = 24 * 60 * 60, unit = "seconds")
    String scan_seconds() default "5";
}
