package id.lum.itests;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/** The plugins that tests run, and how an operator installs one. */
final class TestPlugin {
    /** The folder with its secrets, a file each: a variable of its environment. */
    static final String SECRETS = "SECRETS_DIR";

    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    private TestPlugin() {}

    /** The one that is written in Java: a script that runs the server of the tests of id.lum.goplugin. */
    static Path java() {
        String classes = Path.of("../goplugin-store-bundle/target/test-classes")
                        .toAbsolutePath()
                        .normalize()
                + File.pathSeparator
                + System.getProperty("java.class.path");
        Path java = Path.of(System.getProperty("java.home"), "bin/java");
        return script("exec '" + java + "' " + Javas.options() + " -cp '" + classes
                + "' id.lum.goplugin.internal.GoPluginServer");
    }

    /** The same plugin that knows where its secrets are, whatever its container's environment is. */
    static Path withSecrets(Path plugin, Path secrets) {
        return script("export " + SECRETS + "='" + secrets + "'\nexec '" + plugin + "'");
    }

    private static Path script(String commands) {
        try {
            Path script = Files.createTempFile("plugin", ".sh");
            Files.setPosixFilePermissions(script, OWNERS);
            return Files.writeString(script, "#!/bin/sh\n" + commands + "\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The one that is written in Go, with this cookie. */
    static Path real(String cookie) {
        return Path.of(System.getProperty("lumid.real.plugin"), cookie).toAbsolutePath();
    }

    /**
     * Puts a plugin where configmanager would look for it. Nobody but its owner may change it.
     *
     * @param root the folder of all plugins
     * @return the installed file
     */
    static Path install(Path plugin, Path root, String prefix) throws IOException {
        String name = prefix.toLowerCase(Locale.ROOT);
        Path folder = root.resolve(name);
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNERS));
        Path next = Files.copy(plugin, folder.resolve("next"), StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(next, OWNERS);
        return Files.move(next, folder.resolve(fileName(prefix)), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What {@code sha256sum} shows of a file. */
    static String checksum(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** What configmanager calls it. */
    static String fileName(String prefix) {
        return prefix.toLowerCase(Locale.ROOT) + "-linux-" + architecture();
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
    }
}
