/**
 * Billing at Runmesh: a usage row is on disk before its host forgets it, and delivered behind that.
 *
 * <p>A row's way: the sink adds it to the {@code Outbox}; the {@code DeliveryLoop} takes it from there, hands it to the
 * {@code RunmeshClient}, and records the outcome in the outbox.
 */
package id.lum.flowmesh.internal.billing;
