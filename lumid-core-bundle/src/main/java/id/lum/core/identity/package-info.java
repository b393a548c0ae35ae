/** Who a bearer token belongs to, asked at lum.id. It uses no OSGi service; its owner opens and closes it. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.core.identity;
