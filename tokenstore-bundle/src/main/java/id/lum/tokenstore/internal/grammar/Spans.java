package id.lum.tokenstore.internal.grammar;

import java.util.Optional;

/**
 * Where the parts of a token are in the text. A part that is absent is empty, and so may be one that is there.
 *
 * @param start its prefix, and where its path begins
 * @param pathEnd where its path ends
 * @param keyed whether a key separator follows the path
 * @param keyEnd where its key ends; with no key where its path does
 * @param bracketed whether a bracket follows
 * @param metadataEnd where its metadata ends; with no bracket where its key does
 * @param closed whether a bracket closes the metadata
 * @param continued whether a key separator follows that
 */
record Spans(
        Start start,
        int pathEnd,
        boolean keyed,
        int keyEnd,
        boolean bracketed,
        int metadataEnd,
        boolean closed,
        boolean continued) {
    int keyStart() {
        return keyed ? pathEnd + 1 : pathEnd;
    }

    int metadataStart() {
        return bracketed ? keyEnd + 1 : keyEnd;
    }

    int end() {
        return closed ? metadataEnd + 1 : keyEnd;
    }

    /** What is wrong with it, if anything is. */
    Optional<String> fault() {
        return fault("path", true, start.body(), pathEnd, Grammar.PATH_LIMIT)
                .or(() -> fault("key", keyed, keyStart(), keyEnd, Grammar.KEY_LIMIT))
                .or(() -> when(
                        bracketed && !closed, "the metadata is not closed before a character that cannot stand in it"))
                .or(() -> fault("metadata", bracketed, metadataStart(), metadataEnd, Grammar.METADATA_LIMIT))
                .or(() -> when(continued, "the key stands after the metadata"));
    }

    private static Optional<String> fault(String part, boolean there, int from, int to, int limit) {
        return when(there && from == to, "the " + part + " is empty")
                .or(() -> when(to - from > limit, "the " + part + " is longer than " + limit + " characters"));
    }

    private static Optional<String> when(boolean wrong, String sentence) {
        return wrong ? Optional.of(sentence) : Optional.empty();
    }
}
