package id.lum.lumilake.internal;

import id.lum.core.adapter.AdapterSettings;
import id.lum.lumilake.internal.optimizer.OptimizerSettings;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What an operator can set, for tools that show it. The text is read by {@link AdapterSettings} and
 * {@link OptimizerSettings}.
 */
@ObjectClassDefinition(
        id = LumilakeAdapter.PID,
        name = "lum.id adapter for Lumilake",
        description =
                "Where Lumilake's grants are kept, what is open beyond them, and which remote optimizer plans its jobs.")
interface LumilakeConfiguration {
    @AttributeDefinition(
            name = "Database of grants",
            description =
                    "The SQLite file that holds who may do what. It and its directories are created when missing. No other "
                            + "container, and no other adapter, may use the same file. If nothing is said it is "
                            + "lumid/lumilake-acl.sqlite in the data folder.",
            required = false)
    String acl_db_path();

    @AttributeDefinition(
            name = "Journal mode",
            description = "wal is faster, and needs a local disk. rollback works on every file system.",
            required = false,
            defaultValue = AdapterSettings.JOURNAL_MODE_DEFAULT,
            options = {@Option(label = "wal", value = "wal"), @Option(label = "rollback", value = "rollback")})
    String journal_mode();

    @AttributeDefinition(
            name = "Grant cache size",
            description = "How many grants are answered from memory at most.",
            required = false,
            defaultValue = AdapterSettings.GRANT_CACHE_SIZE_DEFAULT)
    String grant_cache_size();

    @AttributeDefinition(
            name = "Fleet kinds",
            description =
                    "Kinds with an action each, such as worker:read. The scope for the kind as a whole then opens every "
                            + "resource of it. Only actions that change nothing.",
            required = false)
    String fleet_kinds();

    @AttributeDefinition(
            name = "Claimable kinds",
            description =
                    "Kinds, such as object-prefix, of which a resource that nobody holds a grant on belongs to the first "
                            + "who asks for it.",
            required = false)
    String claimable_kinds();

    @AttributeDefinition(
            name = "Optimizer URL",
            description =
                    "Where the remote optimizer is: https, or http with a loopback host. Empty switches it off. It is sent "
                            + "the bearer token of whoever submits a job.",
            required = false)
    String optimizer_url();

    @AttributeDefinition(
            name = "Runtime token",
            description =
                    "The token that the optimizer's catalog is asked for with, if it wants one. Sent nowhere else.",
            required = false,
            type = AttributeType.PASSWORD)
    String _runtime_token();

    @AttributeDefinition(
            name = "Catalog refresh in minutes",
            description = "How often the optimizer is asked again what it offers.",
            required = false,
            defaultValue = OptimizerSettings.REFRESH_DEFAULT)
    String catalog_refresh_minutes();

    @AttributeDefinition(
            name = "Schedule timeout in milliseconds",
            description = "How long the optimizer may take for a plan, headers and body.",
            required = false,
            defaultValue = OptimizerSettings.SCHEDULE_TIMEOUT_DEFAULT)
    String schedule_timeout_ms();
}
