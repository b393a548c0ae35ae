/**
 * Secrets in configurations. Stores: {@code StoreRegistry} knows and asks them. Rules: {@code AllowList} says whose
 * configuration may have what. Delivery: {@code ReferencePlugin} puts secrets at hand into what ConfigAdmin delivers;
 * {@code RefreshLoop} keeps those in {@code SecretCache} fresh, and {@code Reconciler} has delivered again what
 * consumers do not have.
 */
package id.lum.tokenstore.internal;
