/** From references to a text without them: asks stores, picks keys out of values, and puts them where they belong. */
package id.lum.tokenstore.internal.resolution;
