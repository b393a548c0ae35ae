/**
 * What is Lumilake's own in the contract: its kinds, actions and usage rows, optimizers, and the typed composed view.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks.lumilake;
