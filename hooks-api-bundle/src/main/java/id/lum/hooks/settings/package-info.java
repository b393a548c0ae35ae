/**
 * Configuration text, read strictly: every refusal names PID, property and value, and says how to mend it.
 *
 * <p>For plugins that are configured through ConfigAdmin. A component takes its properties as a map, makes
 * {@link id.lum.hooks.settings.Settings} of it, builds a record of typed values, and only then touches anything. What
 * it opened is {@link id.lum.hooks.settings.Stoppable}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks.settings;
