/**
 * Servers that speak the protocols of the services outside, for tests and the tour: real HTTP on a loopback port, and
 * as slow, wrong, huge or absent as they are told to be.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.fakes;
