/** The Lumilake adapter: its policy table, and what only Lumilake has. The core registers the hooks over its grants. */
package id.lum.lumilake.internal;
