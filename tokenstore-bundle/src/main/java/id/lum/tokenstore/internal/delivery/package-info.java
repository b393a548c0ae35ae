/**
 * References in what ConfigAdmin delivers. The plugin serves values that are at hand, and notes what it served; a
 * thread asks stores, and has a configuration delivered again when what was served is no longer what would be.
 */
package id.lum.tokenstore.internal.delivery;
