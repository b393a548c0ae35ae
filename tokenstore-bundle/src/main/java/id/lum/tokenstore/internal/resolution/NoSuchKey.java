package id.lum.tokenstore.internal.resolution;

/** A value holds nothing, or too much, under a key. The message says why, and quotes nothing of the value. */
final class NoSuchKey extends Exception {
    private static final long serialVersionUID = 1L;

    /** Without a cause: that of the library may quote the value. */
    NoSuchKey(String message) {
        super(message);
    }
}
