/** How a reference is written, and where references stand in a text. Knows no store and no value. */
package id.lum.tokenstore.internal.grammar;
