/** Runmesh: the requests, what its answers mean, and balance requests that callers share. It knows no outbox. */
package id.lum.flowmesh.internal.runmesh;
