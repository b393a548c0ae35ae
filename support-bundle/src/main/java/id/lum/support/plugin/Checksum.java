package id.lum.support.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which content a plugin may have.
 *
 * @param sha256 64 hexadecimal digits in lower case; or {@link #NONE}, by which an operator accepts any
 */
public record Checksum(String sha256) {
    /** In place of a checksum: any content will do. */
    public static final String NONE = "none";

    /** The longest plugin there is. Programs in Go have some ten million bytes. */
    public static final long MAX_FILE_BYTES = 1L << 29;

    private static final int BUFFER_BYTES = 1 << 16;

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * Reads what an operator wrote.
     *
     * @param text 64 hexadecimal digits in either case, or {@link #NONE}
     * @return the checksum; absent if the text is neither
     */
    public static Optional<Checksum> parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.equals(NONE) || SHA_256.matcher(lower).matches()
                ? Optional.of(new Checksum(lower))
                : Optional.empty();
    }

    /**
     * Whether content may be run.
     *
     * @param actual its SHA-256, 64 hexadecimal digits in lower case
     * @return true if it is the one, or any will do
     */
    public boolean accepts(String actual) {
        return sha256.equals(NONE) || sha256.equals(actual);
    }

    /**
     * The SHA-256 of a file.
     *
     * @param file the file; not a link
     * @return 64 hexadecimal digits in lower case
     * @throws IOException if it cannot be read
     */
    public static String of(Path file) throws IOException {
        return copy(file, OutputStream.nullOutputStream());
    }

    /**
     * Copies a file, and works out the SHA-256 of exactly those bytes. An interruption ends it.
     *
     * @param file the file; not a link
     * @param out where its bytes go
     * @return 64 hexadecimal digits in lower case
     * @throws IOException if it cannot be copied, is longer than {@link #MAX_FILE_BYTES}, or the thread was interrupted
     */
    public static String copy(Path file, OutputStream out) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
                DigestOutputStream both = new DigestOutputStream(out, digest)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long length = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                length += read;
                if (length > MAX_FILE_BYTES) {
                    throw new IOException("longer than " + MAX_FILE_BYTES + " bytes");
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException();
                }
                both.write(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
