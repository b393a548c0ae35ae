/** The token stores that are there, ours and other people's, and how they did. */
package id.lum.tokenstore.internal.registry;
