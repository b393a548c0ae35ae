/** The store of grants in SQLite, and the hooks over it. It uses no OSGi service; its owner opens and closes it. */
package id.lum.core.internal.grants;
