package id.lum.tokenstore.internal.resolution;

import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.Reference;
import id.lum.tokenstore.internal.resolution.Substitution.Failure;
import id.lum.tokenstore.internal.resolution.Substitution.Resolved;
import id.lum.tokenstore.internal.resolution.Substitution.Unresolved;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts values where references stand, in one pass over the text. */
final class Substituting {
    /** The same question may be asked in many places of a text; a value is searched once for it. */
    private record Question(Address address, Optional<String> key) {}

    private final String text;
    private final List<Reference> references;
    private final Function<Address, Optional<String>> values;
    private final Map<Question, String> answers = new LinkedHashMap<>();
    private final Map<Question, Failure> failures = new LinkedHashMap<>();
    /** A value is read once for all keys that are wanted of it. */
    private final Map<Address, KeyLookup> lookups = new HashMap<>();

    Substituting(String text, List<Reference> references, Function<Address, Optional<String>> values) {
        this.text = text;
        this.references = List.copyOf(references);
        this.values = values;
        this.references.forEach(this::answer);
    }

    Substitution strictly() {
        return failures.isEmpty() ? laxly() : new Unresolved(List.copyOf(failures.values()));
    }

    Substitution laxly() {
        long length = text.length();
        for (Reference reference : references) {
            length += answerTo(reference).length() - (reference.end() - reference.start());
        }
        if (length > Substitution.RESULT_LIMIT) {
            return new Unresolved(List.of(new Failure(
                    references.get(0),
                    "with all values the text would be longer than " + Substitution.RESULT_LIMIT + " characters")));
        }
        return new Resolved(replaced((int) length), List.copyOf(failures.values()));
    }

    private String replaced(int length) {
        StringBuilder result = new StringBuilder(length);
        int copied = 0;
        for (Reference reference : references) {
            result.append(text, copied, reference.start()).append(answerTo(reference));
            copied = reference.end();
        }
        return result.append(text, copied, text.length()).toString();
    }

    private String answerTo(Reference reference) {
        return answers.getOrDefault(question(reference), text.substring(reference.start(), reference.end()));
    }

    private void answer(Reference reference) {
        Question question = question(reference);
        if (answers.containsKey(question) || failures.containsKey(question)) {
            return;
        }
        try {
            answers.put(question, found(reference));
        } catch (NoSuchKey failure) {
            failures.put(question, new Failure(reference, failure.getMessage()));
        }
    }

    private String found(Reference reference) throws NoSuchKey {
        Optional<String> value = values.apply(reference.address());
        if (value.isEmpty()) {
            throw new NoSuchKey("there is no value");
        }
        String found = reference.key().isPresent()
                ? lookup(reference.address(), value.get()).text(reference.key().get())
                : value.get();
        if (found.isEmpty()) {
            throw new NoSuchKey("the value is empty");
        }
        return found;
    }

    private KeyLookup lookup(Address address, String value) {
        return lookups.computeIfAbsent(
                address,
                first -> KeyLookup.in(
                        value,
                        references.stream()
                                .filter(reference -> reference.address().equals(address))
                                .flatMap(reference -> reference.key().stream())
                                .collect(Collectors.toSet())));
    }

    private static Question question(Reference reference) {
        return new Question(reference.address(), reference.key());
    }
}
