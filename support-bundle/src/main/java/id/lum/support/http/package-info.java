/**
 * Exchanges with servers that may be slow, wrong, absent or huge, and what may be said about them in a log. It uses no
 * OSGi service; the caller closes a {@link id.lum.support.http.BoundedHttp} that it opened.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.http;
