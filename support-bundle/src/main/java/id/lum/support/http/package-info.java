/**
 * Exchanges with servers that may be slow, wrong, absent or huge, and what may be said about them in a log. Plain Java:
 * no OSGi type; whoever opens a {@link id.lum.support.http.BoundedHttp} closes it.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.http;
