/**
 * What is FlowMesh's own in the contract: its kinds, actions and usage rows, the supplier of a machine,
 * {@code FlowmeshHooks} (wraps the view of the host {@code flowmesh}) and {@code TaskRowParser} (for
 * {@code hooks:emit}).
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks.flowmesh;
