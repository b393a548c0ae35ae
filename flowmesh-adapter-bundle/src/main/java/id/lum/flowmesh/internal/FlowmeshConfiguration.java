package id.lum.flowmesh.internal;

import id.lum.core.adapter.AdapterSettings;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What an operator can set, for tools that show it. The text is read by {@link AdapterSettings}. */
@ObjectClassDefinition(
        id = FlowmeshAdapter.PID,
        name = "lum.id adapter for FlowMesh",
        description = "Where FlowMesh's grants are kept, and what is open beyond them.")
interface FlowmeshConfiguration {
    @AttributeDefinition(
            name = "Database of grants",
            description =
                    "The SQLite file that holds who may do what. It and its directories are created when missing. No other "
                            + "container, and no other adapter, may use the same file.")
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
                    "Kinds of which a resource that nobody holds a grant on belongs to the first who asks for it.",
            required = false)
    String claimable_kinds();
}
