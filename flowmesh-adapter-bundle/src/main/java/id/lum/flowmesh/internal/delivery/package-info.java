/**
 * Delivers what is in an outbox to Runmesh: one thread takes rows, hands them to the client and records the outcomes in
 * the outbox.
 */
package id.lum.flowmesh.internal.delivery;
