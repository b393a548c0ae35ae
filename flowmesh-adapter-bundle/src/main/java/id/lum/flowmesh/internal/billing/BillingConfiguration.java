package id.lum.flowmesh.internal.billing;

import id.lum.support.config.OneOf;
import id.lum.support.config.Url;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Option;

/**
 * The settings of billing. As they are part of an interface, the build takes defaults from {@code @AttributeDefinition}
 * only, so they stand there too.
 */
public @interface BillingConfiguration {
    /** What {@code balance.guard} is when missing or empty. */
    String GUARD = "off";

    /** What {@code outbox.max.rows} is when missing or empty. */
    String MAX_ROWS = "1000000";

    /** What {@code outbox.retention.days} is when missing or empty. */
    String RETENTION_DAYS = "30";

    /** What {@code outbox.refusals} is when missing or empty. */
    String REFUSALS = "10";

    @AttributeDefinition(
            name = "Billing URL",
            description =
                    "Where Runmesh is: https, or http with a loopback host or one that is allowed below. Without it, or "
                            + "without the bridge secret, there is no billing: usage rows are counted and not kept.",
            required = false)
    @Url
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
            defaultValue = GUARD,
            options = {@Option(label = "on", value = "on"), @Option(label = "off", value = "off")})
    @OneOf({"on", "off", "true", "false"})
    String balance_guard() default GUARD;

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
            defaultValue = MAX_ROWS)
    @Whole(min = 1, max = 100_000_000, unit = "rows")
    String outbox_max_rows() default MAX_ROWS;

    @AttributeDefinition(
            name = "Retention of usage rows",
            description = "How many days a row may wait before it is set aside as a dead letter.",
            required = false,
            defaultValue = RETENTION_DAYS)
    @Whole(min = 1, max = 3650, unit = "days")
    String outbox_retention_days() default RETENTION_DAYS;

    @AttributeDefinition(
            name = "Refusals of a usage row",
            description =
                    "How often Runmesh may refuse a row, over a day at least, before it is set aside as a dead letter.",
            required = false,
            defaultValue = REFUSALS)
    @Whole(min = 2, max = 1000, unit = "refusals")
    String outbox_refusals() default REFUSALS;

    @AttributeDefinition(
            name = "Hosts without TLS",
            description = "Hosts that the billing URL may name with http besides the loopback ones.",
            required = false)
    String allow_http_hosts();
}
