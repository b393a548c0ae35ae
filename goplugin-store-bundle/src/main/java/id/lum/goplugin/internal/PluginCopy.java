package id.lum.goplugin.internal;

/**
 * The copy of a plugin's file that is run. It was checked while it was made, so it is run again when a process has
 * ended, whatever has become of the file since.
 *
 * @param record what is written down of it
 * @param sha256 of its content, 64 hexadecimal digits in lower case
 */
record PluginCopy(ProcessRecord record, String sha256) {}
