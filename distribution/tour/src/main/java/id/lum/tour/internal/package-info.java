/**
 * A host bundle as somebody else would write it, against the exported API alone: it injects the composed views, calls
 * every hook and tells in plain sentences what it sees.
 */
package id.lum.tour.internal;
