package id.lum.support.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;

/**
 * Where a container keeps data: what the property {@code lumid.data} of the framework names, as in the runnable folder,
 * or else {@code karaf.data}. Never the storage of a bundle, which an uninstall deletes.
 */
public final class DataFolder {
    private final Optional<Path> folder;

    private DataFolder(Optional<Path> folder) {
        this.folder = folder;
    }

    /**
     * The folder of a container.
     *
     * @param bundle a bundle in it
     * @return the folder
     */
    public static DataFolder of(BundleContext bundle) {
        return new DataFolder(Stream.of("lumid.data", "karaf.data")
                .map(bundle::getProperty)
                .filter(value -> value != null && !value.isBlank())
                .findFirst()
                .flatMap(DataFolder::path));
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text).toAbsolutePath().normalize());
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    /**
     * A file in it.
     *
     * @param name its name, with folders and slashes
     * @return the path, absolute; absent if the container does not say where data is
     */
    public Optional<Path> file(String name) {
        return folder.map(path -> path.resolve(name));
    }
}
