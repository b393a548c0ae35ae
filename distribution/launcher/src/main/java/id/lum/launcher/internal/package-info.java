/** Starts the framework of the shipped folder. */
package id.lum.launcher.internal;
