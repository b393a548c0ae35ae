/** Billing: what FlowMesh tasks cost, kept until the billing service has accepted it. */
package id.lum.flowmesh.internal.billing;
