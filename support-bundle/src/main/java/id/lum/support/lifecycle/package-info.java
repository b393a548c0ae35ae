/** Resources that are replaced while they are used: leased per call, closed after the last lease. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.lifecycle;
