/**
 * Secrets in configurations. Stores: {@code StoreRegistry} knows and asks them. Rules: {@code AllowList} says whose
 * configuration may have what. Delivery: {@code ReferencePlugin} puts secrets at hand into what ConfigAdmin delivers.
 * In passes of one {@code EventLoop}, {@code Reconciler} has {@code SecretCache} ask for what is due, compares what is
 * delivered with what should be, and has delivered again what differs.
 */
package id.lum.tokenstore.internal;
