package id.lum.tokenstore.internal;

/**
 * What a store is asked for. References with equal locators are one question.
 *
 * @param prefix which store
 * @param path where the secret is, as the store knows it; not empty
 * @param metadata what stands between the brackets; empty if there are none
 */
record SecretLocator(String prefix, String path, String metadata) {
    /** Without the metadata, which may name a role. */
    @Override
    public String toString() {
        return prefix + " " + Grammar.excerpt(path) + (metadata.isEmpty() ? "" : " [..]");
    }
}
