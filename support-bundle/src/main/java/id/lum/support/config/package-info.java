/**
 * Configuration text, read strictly: a refusal names PID, property, value and remedy of every bad value.
 *
 * <p>For plugins that are configured through ConfigAdmin. An annotation type declares each setting once, with name,
 * default and check. {@link id.lum.support.config.SingletonConfiguration} or
 * {@link id.lum.support.config.FactoryConfigurations} delivers the properties to a
 * {@link id.lum.support.config.ConfiguredOwner}, which reads them as {@link id.lum.support.config.DeclaredSettings},
 * builds a record of typed values, and only then touches anything. What it opened is
 * {@link id.lum.support.lifecycle.Stoppable}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.config;
