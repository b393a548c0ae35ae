/**
 * The composed view: the one service that a host injects and calls.
 *
 * <p>A view exists for every configuration {@code id.lum.hooks.host~<anything>}. It asks all hooks of its host in
 * order, fails closed, and waits through the swap of a hook.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks.host;
