/** Whose configuration may refer to what: nothing is allowed that no rule allows. */
package id.lum.tokenstore.internal.rules;
