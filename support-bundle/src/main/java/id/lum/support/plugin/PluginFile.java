package id.lum.support.plugin;

import java.nio.file.Path;

/**
 * A file that may be a plugin, by its name and place.
 *
 * @param prefix of its references
 * @param root the folder of plugins in which it was found; it does not lead out of it
 * @param path where it is
 */
public record PluginFile(String prefix, Path root, Path path) {}
