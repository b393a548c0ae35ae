package id.lum.support.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Tells one content of a file from another without reading it.
 *
 * @param size in bytes
 * @param modified in milliseconds since 1970
 * @param key tells the file from another one in its place
 */
public record FileVersion(long size, long modified, String key) {
    /**
     * What a file is like now.
     *
     * @param file the file
     * @return its version
     * @throws IOException if it cannot be looked at
     */
    public static FileVersion of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileVersion(
                attributes.size(), attributes.lastModifiedTime().toMillis(), String.valueOf(attributes.fileKey()));
    }
}
