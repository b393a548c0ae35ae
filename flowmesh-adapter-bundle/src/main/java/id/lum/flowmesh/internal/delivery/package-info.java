/**
 * Delivers what is in an outbox to Runmesh: one thread takes rows and hands them to the client, and one records the
 * outcomes in the outbox.
 */
package id.lum.flowmesh.internal.delivery;
