/** Who may do what to which resource, kept in SQLite. It uses no OSGi service; its owner opens and closes it. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.core.grants;
