/**
 * Stores in SQLite: one file, one owner, one thread for all writes, and reads that wait for no write. It uses no OSGi
 * service; the caller closes a store that it opened.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.sqlite;
