/** The stores that come with the bundle: files, as container platforms mount secrets, and environment variables. */
package id.lum.tokenstore.internal.stores;
