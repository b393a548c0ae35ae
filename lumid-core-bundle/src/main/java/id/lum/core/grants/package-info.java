/** Who may do what to which resource, kept in SQLite. Plain Java: no OSGi type, one owner that opens and closes it. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.core.grants;
