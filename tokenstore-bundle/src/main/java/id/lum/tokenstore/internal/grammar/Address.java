package id.lum.tokenstore.internal.grammar;

/**
 * What a store is asked for. Two references with equal addresses are one question.
 *
 * @param prefix which store
 * @param path where the value is, as the store knows it; not empty
 * @param metadata what stands between the brackets; empty if there are none
 */
public record Address(String prefix, String path, String metadata) {
    /** Without the metadata, which may name a role. */
    @Override
    public String toString() {
        return prefix + " " + Excerpt.of(path) + (metadata.isEmpty() ? "" : " [..]");
    }
}
