/** The demo plugin: every hook in memory, to poke at the contract. Never for production. */
package id.lum.demo.internal;
