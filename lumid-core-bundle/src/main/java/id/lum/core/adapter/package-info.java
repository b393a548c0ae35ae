/**
 * What an adapter is built from: it brings a policy table, the text of its configuration and the names of its hooks,
 * and gets hooks over a grant store that is kept open through every change of the configuration.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.core.adapter;
