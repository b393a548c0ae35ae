package id.lum.tokenstore.internal.resolution;

import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.Reference;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What becomes of a text when values stand where its references stood. */
public sealed interface Substitution {
    /** The longest text that may come out, in characters. */
    int RESULT_LIMIT = 4 << 20;

    /**
     * A reference that has no text.
     *
     * @param reference the reference
     * @param sentence why, without a full stop; quotes neither the value nor the metadata
     */
    record Failure(Reference reference, String sentence) {
        @Override
        public String toString() {
            return reference + ": " + sentence;
        }
    }

    /**
     * There is a text.
     *
     * @param text what the consumer of the configuration shall see
     * @param left which references still stand in it; none unless that was asked for
     */
    record Resolved(String text, List<Failure> left) implements Substitution {
        /** What comes out. */
        public Resolved {
            left = List.copyOf(left);
        }

        /** Without the text. */
        @Override
        public String toString() {
            return "a text, left in it: " + left;
        }
    }

    /**
     * There is no text.
     *
     * @param failures why, each different reference once, in the order of the text
     */
    record Unresolved(List<Failure> failures) implements Substitution {
        /** Why there is no text. */
        public Unresolved {
            failures = List.copyOf(failures);
        }
    }

    /**
     * Puts values where references stand: all, or none. What looks like a reference in a value stays as it is.
     *
     * @param text a text
     * @param references the references in it, in its order
     * @param values the value behind an address, if there is one; asked once for each address and key
     * @return the text, or every failure
     */
    static Substitution of(String text, List<Reference> references, Function<Address, Optional<String>> values) {
        return new Substituting(text, references, values).strictly();
    }

    /**
     * As {@link #of}, but a reference that has no text stays in the text literally.
     *
     * @param text a text
     * @param references the references in it, in its order
     * @param values the value behind an address, if there is one; asked once for each address and key
     * @return the text with what is left; {@link Unresolved} only if it would be too long
     */
    static Substitution lax(String text, List<Reference> references, Function<Address, Optional<String>> values) {
        return new Substituting(text, references, values).laxly();
    }
}
