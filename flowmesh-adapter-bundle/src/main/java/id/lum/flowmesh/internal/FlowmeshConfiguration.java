package id.lum.flowmesh.internal;

import id.lum.core.adapter.AdapterSettings;
import id.lum.flowmesh.internal.billing.BillingSettings;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What an operator can set, for tools that show it. The text is read by {@code AdapterSettings} and
 * {@code BillingSettings}.
 */
@ObjectClassDefinition(
        id = FlowmeshAdapter.PID,
        name = "lum.id adapter for FlowMesh",
        description = "Where FlowMesh's grants are kept, what is open beyond them, and who is billed for what.")
interface FlowmeshConfiguration {
    @AttributeDefinition(
            name = "Database of grants",
            description =
                    "The SQLite file that holds who may do what. It and its directories are created when missing. No other "
                            + "container, and no other adapter, may use the same file. If nothing is said it is "
                            + "lumid/flowmesh-acl.sqlite in the data folder.",
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
                    "Kinds of which a resource that nobody holds a grant on belongs to the first who asks for it.",
            required = false)
    String claimable_kinds();

    @AttributeDefinition(
            name = "Billing URL",
            description =
                    "Where Runmesh is: https, or http with a loopback host or one that is allowed below. Without it, or "
                            + "without the bridge secret, there is no billing: usage rows are counted and not kept.",
            required = false)
    String billing_base_url();

    @AttributeDefinition(
            name = "Bridge secret",
            description = "What Runmesh knows this container by.",
            type = AttributeType.PASSWORD,
            required = false)
    String _bridge_secret();

    @AttributeDefinition(
            name = "Balance guard",
            description =
                    "on refuses a submission whose principal cannot pay. Where Runmesh gives no usable answer it is let through; "
                            + "where Runmesh cannot be asked, because the core is away or a setting is refused, the answer is 503.",
            required = false,
            defaultValue = BillingSettings.GUARD_DEFAULT,
            options = {@Option(label = "on", value = "on"), @Option(label = "off", value = "off")})
    String balance_guard();

    @AttributeDefinition(
            name = "Database of usage rows",
            description =
                    "The SQLite file in which usage rows wait for Runmesh. It is created with billing, and can be changed "
                            + "only while it holds no row. If nothing is said it is lumid/flowmesh-outbox.sqlite in the data folder.",
            required = false)
    String outbox_db_path();

    @AttributeDefinition(
            name = "Most usage rows",
            description =
                    "How many rows may wait, dead letters included. When there is no room a host is refused, and keeps its "
                            + "rows.",
            required = false,
            defaultValue = BillingSettings.MAX_ROWS_DEFAULT)
    String outbox_max_rows();

    @AttributeDefinition(
            name = "Retention of usage rows",
            description = "How many days a row may wait before it is set aside as a dead letter.",
            required = false,
            defaultValue = BillingSettings.RETENTION_DEFAULT)
    String outbox_retention_days();

    @AttributeDefinition(
            name = "Refusals of a usage row",
            description =
                    "How often Runmesh may refuse a row, over a day at least, before it is set aside as a dead letter.",
            required = false,
            defaultValue = BillingSettings.REFUSALS_DEFAULT)
    String outbox_refusals();

    @AttributeDefinition(
            name = "Hosts without TLS",
            description = "Hosts that the billing URL may name with http besides the loopback ones.",
            required = false)
    String allow_http_hosts();
}
