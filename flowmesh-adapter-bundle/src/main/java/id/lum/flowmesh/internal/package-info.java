/** The FlowMesh adapter: its policy table, and what only FlowMesh has. The core registers the hooks over its grants. */
package id.lum.flowmesh.internal;
