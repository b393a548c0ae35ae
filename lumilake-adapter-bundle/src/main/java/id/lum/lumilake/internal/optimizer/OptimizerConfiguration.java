package id.lum.lumilake.internal.optimizer;

import id.lum.support.config.Url;
import id.lum.support.config.Whole;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;

/**
 * The settings of the remote optimizer. As they are part of an interface, the build takes defaults from
 * {@code @AttributeDefinition} only, so they stand there too.
 */
public @interface OptimizerConfiguration {
    /** What {@code catalog.refresh.minutes} is when missing or empty. */
    String REFRESH_MINUTES = "10";

    /** What {@code schedule.timeout.ms} is when missing or empty. */
    String SCHEDULE_TIMEOUT_MS = "60000";

    @AttributeDefinition(
            name = "Optimizer URL",
            description =
                    "Where the remote optimizer is: https, or http with a loopback host. Empty switches it off. It is sent "
                            + "the bearer token of whoever submits a job.",
            required = false)
    @Url
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
            defaultValue = REFRESH_MINUTES)
    @Whole(min = 1, max = 7 * 24 * 60, unit = "minutes")
    String catalog_refresh_minutes() default REFRESH_MINUTES;

    // At most an hour: each call holds a thread of the host for so long.
    @AttributeDefinition(
            name = "Schedule timeout in milliseconds",
            description = "How long the optimizer may take for a plan, headers and body.",
            required = false,
            defaultValue = SCHEDULE_TIMEOUT_MS)
    @Whole(min = 1, max = 60 * 60 * 1000, unit = "milliseconds")
    String schedule_timeout_ms() default SCHEDULE_TIMEOUT_MS;
}
