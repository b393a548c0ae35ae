package id.lum.tokenstore.internal.resolution;

import id.lum.tokenstore.internal.grammar.Address;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names an address in a log, so that whoever knows the path recognizes it and nobody else learns it. */
final class PathHash {
    private static final int LENGTH = 4;

    private PathHash() {}

    static String name(Address address) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(address.path().getBytes(StandardCharsets.UTF_8));
            return address.prefix() + " (path " + HexFormat.of().formatHex(hash, 0, LENGTH) + ")";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
