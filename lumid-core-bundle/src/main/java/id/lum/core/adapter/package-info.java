/**
 * What an adapter is built from: it brings a policy table and the text of its configuration, and gets a grant store
 * that is kept open through every change of it.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.core.adapter;
