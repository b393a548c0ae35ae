package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files under one directory, as container platforms mount secrets: the path of a reference is that of a file, its
 * value the content without one line end at its end. Nothing is remembered, so that whoever asks again follows a
 * rotation.
 *
 * <p>Links are followed, because platforms rotate by exchanging one, but only to files whose real path is under the
 * real path of the directory.
 *
 * @param root the directory; need not be there yet
 */
record FileStore(Path root) implements BuiltInStore {
    /** The largest file, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    /** A rotation may remove a file between finding and opening it; it does so once, and the next one is there. */
    private static final int ATTEMPTS = 3;

    private static final Pattern LINE_END = Pattern.compile("\\r?\\n\\z");

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        if (!metadata.isEmpty()) {
            throw refused("a file has no metadata");
        }
        Path relative = relative(path);
        for (int attempt = 1; ; attempt++) {
            try {
                return read(locate(relative));
            } catch (NoSuchFileException missing) {
                if (attempt == ATTEMPTS) {
                    throw refused("there is no such file");
                }
            } catch (IOException unreadable) {
                // Its message would repeat the path.
                throw new TokenStoreException(
                        Reason.SERVICE_CALL_FAILED,
                        "the file cannot be read (" + unreadable.getClass().getSimpleName() + ")");
            }
        }
    }

    private static Path relative(String path) throws TokenStoreException {
        try {
            Path relative = Path.of(path);
            if (relative.getRoot() != null) {
                throw refused("the path must be relative");
            }
            for (Path name : relative) {
                if (Set.of("", ".", "..").contains(name.toString())) {
                    throw refused("the path must name a file under the directory");
                }
            }
            return relative;
        } catch (InvalidPathException invalid) {
            throw refused("that is no path");
        }
    }

    private Path locate(Path relative) throws IOException, TokenStoreException {
        Path realRoot;
        try {
            realRoot = root.toRealPath();
        } catch (IOException absent) {
            throw new TokenStoreException(
                    Reason.CLIENT_INITIALIZATION_FAILED, "the directory of secrets is not there, or cannot be read");
        }
        Path real = realRoot.resolve(relative).toRealPath();
        if (!real.startsWith(realRoot)) {
            throw refused("the file is a link to a place outside the directory");
        }
        // Anything else, such as a pipe, could keep the reader waiting.
        if (!Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw refused("that is not a regular file");
        }
        return real;
    }

    private static String read(Path real) throws IOException, TokenStoreException {
        byte[] bytes;
        try (InputStream content = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            bytes = content.readNBytes(MAX_BYTES + 1);
        }
        try {
            if (bytes.length > MAX_BYTES) {
                throw refused("the file is larger than 1 MiB");
            }
            ByteBuffer content = ByteBuffer.wrap(bytes);
            String text = StandardCharsets.UTF_8.newDecoder().decode(content).toString();
            String secret = LINE_END.matcher(text).replaceFirst("");
            if (secret.isEmpty()) {
                throw new TokenStoreException(Reason.EMPTY_RESPONSE, "the file is empty");
            }
            return secret;
        } catch (CharacterCodingException malformed) {
            throw refused("the file is not UTF-8");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static TokenStoreException refused(String detail) {
        return new TokenStoreException(Reason.RETRIEVAL_FAILED, detail);
    }
}
