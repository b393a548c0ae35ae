package id.lum.tokenstore.internal;

import java.util.List;
import java.util.stream.Collectors;

/** A text with references that cannot be read. The message names each, without its metadata. */
final class MalformedReference extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    /**
     * One that cannot be read.
     *
     * @param token its beginning, without metadata
     * @param line the line it begins in, from 1
     * @param column the character of that line it begins with, from 1
     * @param sentence what is wrong with it, without a full stop
     */
    record Fault(String token, int line, int column, String sentence) {
        /** For a log: the token may be a secret. */
        public String withoutToken() {
            return "line " + line + ", column " + column + ": " + sentence;
        }

        @Override
        public String toString() {
            return "line " + line + ", column " + column + ": " + token + ": " + sentence;
        }
    }

    MalformedReference(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    /** In the order of the text, at least one; of very many only the first. */
    public List<Fault> faults() {
        return faults;
    }
}
