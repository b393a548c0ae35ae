package id.lum.support.json;

/** What {@code null} in a document is read as. */
public enum JsonNull {
    /** The only one. */
    NULL
}
