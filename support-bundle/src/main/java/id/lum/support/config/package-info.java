/**
 * Configuration text, read strictly: every refusal names PID, property and value, and says how to mend it.
 *
 * <p>For plugins that are configured through ConfigAdmin. A component takes its properties as a map, makes
 * {@link id.lum.support.config.Settings} of it, builds a record of typed values, and only then touches anything. What
 * it opened is {@link id.lum.support.config.Stoppable}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.config;
