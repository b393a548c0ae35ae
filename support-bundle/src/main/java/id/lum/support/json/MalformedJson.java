package id.lum.support.json;

/** A document that cannot be read in one way only. The message says why, and quotes nothing of it. */
public final class MalformedJson extends Exception {
    private static final long serialVersionUID = 1L;

    /** Without a cause: that of the library may quote the document. */
    MalformedJson(String message) {
        super(message);
    }
}
