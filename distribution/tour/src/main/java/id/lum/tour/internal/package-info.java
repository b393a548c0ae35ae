/**
 * A host bundle as somebody else would write it, against exported packages alone: it injects the composed views, calls
 * every hook and tells in plain sentences what it sees. What it shares goes to the core; lum.id is played by a fake.
 */
package id.lum.tour.internal;
