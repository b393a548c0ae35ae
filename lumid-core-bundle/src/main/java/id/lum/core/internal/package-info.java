/** What owns the configuration {@code id.lum.core}: the only place of the core that knows OSGi. */
package id.lum.core.internal;
