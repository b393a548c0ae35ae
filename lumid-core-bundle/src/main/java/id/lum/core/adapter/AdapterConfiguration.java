package id.lum.core.adapter;

import id.lum.support.config.OneOf;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The settings that the configuration of every adapter has. An adapter's own declaration is an interface that extends
 * this and the annotation types of its further settings. For such an interface the build takes defaults from
 * {@code @AttributeDefinition} only, so they stand there too.
 */
public @interface AdapterConfiguration {
    /** The journal mode that is faster and needs a local disk. */
    String WAL = "wal";

    /** The journal mode that works on every file system. */
    String ROLLBACK = "rollback";

    /** What {@code grant.cache.size} is when missing or empty. */
    String GRANT_CACHE_SIZE = "100000";

    @AttributeDefinition(
            name = "Database of grants",
            description =
                    "The SQLite file that holds who may do what. It and its directories are created when missing. No other "
                            + "container, and no other adapter, may use the same file. If nothing is said it is a file in "
                            + "the folder lumid of the data folder, with the name of the host, such as flowmesh-acl.sqlite.",
            required = false)
    String acl_db_path();

    @AttributeDefinition(
            name = "Journal mode",
            description = "wal is faster, and needs a local disk. rollback works on every file system.",
            required = false,
            defaultValue = WAL,
            options = {@Option(label = WAL, value = WAL), @Option(label = ROLLBACK, value = ROLLBACK)})
    @OneOf({WAL, ROLLBACK})
    String journal_mode() default WAL;

    @AttributeDefinition(
            name = "Grant cache size",
            description = "How many grants are answered from memory at most.",
            required = false,
            defaultValue = GRANT_CACHE_SIZE)
    @Whole(min = 0, max = 10_000_000, unit = "grants")
    String grant_cache_size() default GRANT_CACHE_SIZE;

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
