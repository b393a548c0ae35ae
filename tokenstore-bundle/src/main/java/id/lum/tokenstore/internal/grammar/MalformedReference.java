package id.lum.tokenstore.internal.grammar;

import java.util.List;
import java.util.stream.Collectors;

/** A text with references that cannot be read. The message names each, without its metadata. */
public final class MalformedReference extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * One that cannot be read.
     *
     * @param token its beginning, without metadata
     * @param line the line it begins in, from 1
     * @param column the character of that line it begins with, from 1
     * @param sentence what is wrong with it, without a full stop
     */
    public record Fault(String token, int line, int column, String sentence) {
        @Override
        public String toString() {
            return "line " + line + ", column " + column + ": " + token + ": " + sentence;
        }
    }

    private final transient List<Fault> faults;

    MalformedReference(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    /**
     * What is wrong, in the order of the text; of very many only the first.
     *
     * @return at least one
     */
    public List<Fault> faults() {
        return faults;
    }
}
