package id.lum.goplugin.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes a folder for the socket of each process, which nobody else may enter. The path of a socket has at most 107
 * bytes, on some systems 103, of which a plugin takes about twenty for its name.
 */
final class SocketFolders {
    private static final int MAX_SOCKET_BYTES = 103;
    private static final String NAME = "lumid-";
    // What the library of plugins calls a socket, and what the JDK appends to the name of a folder: at most 20 digits.
    private static final int MAX_NAME_BYTES = ("/" + NAME + "/plugin").length() + 20 + 10;

    /** How long the path of the folder above may be. */
    static final int MAX_PARENT_BYTES = MAX_SOCKET_BYTES - MAX_NAME_BYTES;

    private static final Path SHORT = Path.of("/tmp");

    private SocketFolders() {}

    static boolean isShortEnough(Path parent) {
        return parent.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PARENT_BYTES;
    }

    /** The folder for temporary files, unless its path is too long. */
    static Path usualParent() {
        Path usual =
                Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().normalize();
        return isShortEnough(usual) ? usual : SHORT;
    }

    static Path create(Path parent) throws IOException {
        return Files.createTempDirectory(
                parent, NAME, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Whether a path may be one that {@link #create} made. */
    static boolean isOurs(Path folder) {
        return folder.getFileName() != null && folder.getFileName().toString().startsWith(NAME);
    }
}
