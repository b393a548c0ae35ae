/**
 * Starting, failing, trying again and stopping: {@link id.lum.support.lifecycle.Stoppable} parts and their deadline,
 * resources that are replaced while they are used, pauses between tries, and threads.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.lifecycle;
