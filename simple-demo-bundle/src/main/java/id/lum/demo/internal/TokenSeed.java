package id.lum.demo.internal;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the file of tokens where there is none, whole or not at all, readable by its owner only. */
final class TokenSeed {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSeed.class);

    private static final String CONTENT = """
            {
              "demo-admin-token": {
                "principal_id": "alice",
                "org_id": "demo",
                "external_id": "alice@example.com",
                "principal_type": "admin",
                "scopes": ["admin"]
              },
              "demo-user-token": {
                "principal_id": "bob",
                "org_id": "demo",
                "external_id": "bob@example.com",
                "principal_type": "user",
                "scopes": ["user"]
              }
            }
            """;

    private TokenSeed() {}

    /** @throws IOException if there still is no file */
    static void plant(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        // Before Java 20 createDirectories refuses a link to a directory.
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, only(directory, "rwx------"));
        }
        Path whole = Files.createTempFile(directory, ".tokens", ".new", only(directory, "rw-------"));
        try {
            Files.write(whole, CONTENT.getBytes(StandardCharsets.UTF_8), StandardOpenOption.SYNC);
            // Within a directory this is a rename; unlike an atomic move it spares a file that came meanwhile.
            Files.move(whole, file);
            LOG.warn(
                    "{}: {} is new and holds the demo's own tokens, which everybody knows.",
                    DemoConfiguration.PID,
                    LogSafe.of(file.toString()));
        } catch (FileAlreadyExistsException meanwhile) {
            // Somebody else's file is as welcome.
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static FileAttribute<?>[] only(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
