package id.lum.tokenstore.internal;

/** A text with references that cannot be read. The message says where and why, and quotes nothing of the text. */
final class MalformedReference extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    MalformedReference(String message) {
        super(message);
    }
}
