/**
 * Traffic through a composed view: callers that never pause and know the right answer to every question they ask. For
 * whoever wants to see what a swap does to them: the tour, the integration tests, a plugin author.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.traffic;
