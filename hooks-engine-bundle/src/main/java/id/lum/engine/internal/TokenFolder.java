package id.lum.engine.internal;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The one folder whose files a command may send to an identity provider as tokens. A property of the framework names
 * it: a user of the shell may have fewer rights than the process, and chooses only a name within it.
 */
record TokenFolder(Path folder) {
    static final String PROPERTY = "lumid.tokens.dir";

    /** @throws IOException if neither the folder nor a data folder to have it in is named, or if that is no path */
    static TokenFolder of(UnaryOperator<String> properties) throws IOException {
        for (String property : List.of(PROPERTY, "lumid.data", "karaf.data")) {
            Optional<String> value = value(properties, property);
            if (value.isPresent()) {
                Path folder = path(property, value.get()).toAbsolutePath();
                return new TokenFolder(
                        property.equals(PROPERTY)
                                ? folder
                                : folder.resolve("lumid").resolve("tokens"));
            }
        }
        throw new IOException(
                "There is no folder of token files; name one by the framework property " + PROPERTY + ".");
    }

    private static Path path(String property, String value) throws IOException {
        try {
            return Path.of(value);
        } catch (InvalidPathException invalid) {
            throw new IOException("The framework property " + property + " is no path: " + LogSafe.of(value), invalid);
        }
    }

    private static Optional<String> value(UnaryOperator<String> properties, String name) {
        return Optional.ofNullable(properties.apply(name)).filter(text -> !text.isBlank());
    }

    /**
     * The token in a file.
     *
     * @param name the name of the file in the folder
     * @throws IOException with the same sentence whatever the reason, so that a caller does not learn which files exist
     */
    String read(String name) throws IOException {
        return token(name)
                .orElseThrow(() -> new IOException("There is no token file " + LogSafe.of(name) + " in "
                        + LogSafe.of(folder.toString()) + ": name a regular file there of at most "
                        + TokenPrompt.MAX_BYTES + " bytes, without the folder."));
    }

    private Optional<String> token(String name) {
        try {
            return isPlain(name) ? content(folder.resolve(name)) : Optional.empty();
        } catch (IOException | InvalidPathException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\\') < 0
                && name.equals(String.valueOf(Path.of(name).getFileName()));
    }

    /** Follows no link: one in the folder would reach every file of the process. */
    private static Optional<String> content(Path file) throws IOException {
        // Anything else, such as a pipe, could keep the reader waiting.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = content.readNBytes(TokenPrompt.MAX_BYTES + 1);
            return bytes.length > TokenPrompt.MAX_BYTES
                    ? Optional.empty()
                    : Optional.of(new String(bytes, StandardCharsets.UTF_8).strip());
        }
    }
}
