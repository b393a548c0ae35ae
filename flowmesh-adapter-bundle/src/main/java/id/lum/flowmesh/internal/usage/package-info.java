/** What the outbox, its delivery and Runmesh's client share: a usage row on its way. */
package id.lum.flowmesh.internal.usage;
