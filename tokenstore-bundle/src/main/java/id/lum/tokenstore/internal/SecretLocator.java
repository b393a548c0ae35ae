package id.lum.tokenstore.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a store is asked for. References with equal locators are one question.
 *
 * @param prefix which store
 * @param path where the secret is, as the store knows it; not empty
 * @param metadata the text between the brackets; empty if there are none
 */
record SecretLocator(String prefix, String path, String metadata) {
    /** For a log: who knows the path recognizes it, and nobody else learns it or the metadata. */
    @Override
    public String toString() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
            return prefix + " (path " + HexFormat.of().formatHex(hash, 0, 4) + ")";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
