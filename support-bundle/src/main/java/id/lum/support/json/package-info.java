/**
 * JSON from servers that may send anything, and to them: read strictly into plain values, written from plain values.
 * The library behind it stays behind it.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.json;
