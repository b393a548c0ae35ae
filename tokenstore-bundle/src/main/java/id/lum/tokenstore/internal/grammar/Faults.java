package id.lum.tokenstore.internal.grammar;

import id.lum.tokenstore.internal.grammar.MalformedReference.Fault;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a text so far, in the order of the text. */
final class Faults {
    /** More tell an operator nothing that these do not. */
    private static final int LIMIT = 32;

    private final CharSequence text;
    private final List<Fault> faults = new ArrayList<>();
    private int line = 1;
    private int lineStart;
    private int counted;

    Faults(CharSequence text) {
        this.text = text;
    }

    /**
     * Something is wrong with the reference that begins at start, which is after all before.
     *
     * @param shown the end of what may be quoted
     */
    void add(int start, int shown, String sentence) {
        if (isFull()) {
            return;
        }
        for (; counted < start; counted++) {
            if (text.charAt(counted) == '\n') {
                line++;
                lineStart = counted + 1;
            }
        }
        faults.add(new Fault(Excerpt.of(text.subSequence(start, shown)), line, start - lineStart + 1, sentence));
    }

    boolean isFull() {
        return faults.size() >= LIMIT;
    }

    void throwIfAny() {
        if (!faults.isEmpty()) {
            throw new MalformedReference(faults);
        }
    }
}
