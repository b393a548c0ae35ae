/** The Lumilake adapter: its policy table, and hooks that are a name and a constructor each, over the lum.id core. */
package id.lum.lumilake.internal;
