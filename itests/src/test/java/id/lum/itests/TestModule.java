package id.lum.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The WebAssembly modules of the tests of id.lum.wasi, and how an operator installs one. */
final class TestModule {
    /** Reads each value from a file of its folder. */
    static final Path FILES = module("file-store.wasm");

    /** Answers with the path. */
    static final Path ECHO = module("misbehaving.wasm");

    private TestModule() {}

    private static Path module(String name) {
        return Path.of("../wasi-store-bundle/src/test/wasm", name)
                .toAbsolutePath()
                .normalize();
    }

    /** Puts a module in its place at one stroke. Nobody but its owner may change it. */
    static Path install(Path module, Path root, String name) throws IOException {
        Path next = Files.copy(module, root.resolve("next"), StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        return Files.move(
                next, root.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What {@code sha256sum} shows of a file. */
    static String checksum(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
