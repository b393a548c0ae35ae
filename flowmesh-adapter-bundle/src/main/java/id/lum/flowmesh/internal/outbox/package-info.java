/**
 * Usage rows that wait for their delivery, and those set aside, in a SQLite database. It knows neither who delivers
 * them nor Runmesh.
 */
package id.lum.flowmesh.internal.outbox;
