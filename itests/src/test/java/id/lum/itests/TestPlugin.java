package id.lum.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The plugins that tests run, and how an operator installs one. */
final class TestPlugin {
    /** The folder with its secrets, a file each: a variable of its environment. */
    static final String SECRETS = "SECRETS_DIR";

    private TestPlugin() {}

    /** The one that is written in Go, with this cookie. */
    static Path real(String cookie) {
        return Path.of(System.getProperty("lumid.real.plugin"), cookie).toAbsolutePath();
    }

    /**
     * Puts a plugin where configmanager would look for it. Nobody but its owner may change it.
     *
     * @param root the folder in which configmanager would run
     * @return the installed file
     */
    static Path install(Path plugin, Path root, String prefix) throws IOException {
        String name = prefix.toLowerCase(Locale.ROOT);
        Path folder = root.resolve(".configmanager/plugins").resolve(name);
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = folder.resolve(name + "-linux-" + architecture());
        Files.copy(plugin, file, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    /** What {@code sha256sum} shows of a file. */
    static String checksum(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
    }
}
