/** Secrets as references: the settings of the bundle, and what it puts together from them. */
package id.lum.tokenstore.internal;
