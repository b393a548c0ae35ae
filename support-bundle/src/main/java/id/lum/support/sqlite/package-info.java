/**
 * Stores in SQLite: one file, one owner, one thread that writes for everybody, and reads that wait for nobody. Plain
 * Java: no OSGi type; whoever opens a store closes it.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.sqlite;
