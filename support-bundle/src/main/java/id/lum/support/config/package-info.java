/**
 * Configuration text, read strictly: every refusal names PID, property, value and remedy.
 *
 * <p>For plugins that are configured through ConfigAdmin. {@link id.lum.support.config.SingletonConfiguration} or
 * {@link id.lum.support.config.FactoryConfigurations} delivers the properties to an owner, which makes
 * {@link id.lum.support.config.Settings} of them, builds a record of typed values, and only then touches anything. What
 * it opened is {@link id.lum.support.lifecycle.Stoppable}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.config;
