/**
 * What is Lumilake's own in the contract: its kinds, actions and usage rows, optimizers, {@code LumilakeHooks} (wraps
 * the view of the host {@code lumilake}) and {@code JobRowParser} (for {@code hooks:emit}).
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks.lumilake;
