/**
 * What is FlowMesh's own in the contract: its kinds, actions and usage rows, the supplier of a machine, and the typed
 * composed view.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks.flowmesh;
