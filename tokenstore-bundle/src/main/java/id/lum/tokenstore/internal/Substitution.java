package id.lum.tokenstore.internal;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts secrets in place of the references of one text, in one pass. What looks like a reference in a secret stays. */
final class Substitution {
    /** The longest text that may come out, in characters. */
    static final int MAX_RESULT_LENGTH = 4 << 20;

    /**
     * A reference that has no text.
     *
     * @param reference the reference
     * @param sentence why, without a full stop; quotes neither the secret nor the metadata
     */
    record Failure(Reference reference, String sentence) {
        @Override
        public String toString() {
            return reference + ": " + sentence;
        }
    }

    /** Equal questions in one text are answered once. */
    private record Question(SecretLocator locator, Optional<String> key) {
        static Question of(Reference reference) {
            return new Question(reference.locator(), reference.key());
        }
    }

    private final Map<Question, String> answers = new HashMap<>();
    private final Map<Question, Failure> failures = new LinkedHashMap<>();
    private final Optional<String> text;

    private Substitution(String text, List<Reference> references, Function<SecretLocator, Optional<String>> secrets) {
        Map<SecretLocator, List<Reference>> byLocator = references.stream()
                .collect(Collectors.groupingBy(Reference::locator, LinkedHashMap::new, Collectors.toList()));
        Map<Question, Failure> failed = new HashMap<>();
        byLocator.forEach((locator, same) -> answer(same, secrets.apply(locator), failed));
        references.stream()
                .map(Question::of)
                .filter(failed::containsKey)
                .forEach(question -> failures.put(question, failed.get(question)));
        this.text = replaced(text, references);
    }

    /**
     * Puts secrets in place of references.
     *
     * @param references the references in the text, in its order
     * @param secrets the value behind a locator, if there is one; asked once for each locator
     */
    static Substitution of(String text, List<Reference> references, Function<SecretLocator, Optional<String>> secrets) {
        return new Substitution(text, references, secrets);
    }

    /** The text, in which references without a value stay; empty if it would be too long. */
    Optional<String> text() {
        return text;
    }

    /** Why references have no text: each different reference once, in the order of the text. */
    List<Failure> failures() {
        return List.copyOf(failures.values());
    }

    private void answer(List<Reference> references, Optional<String> secret, Map<Question, Failure> failed) {
        // A value is parsed once for all keys.
        Set<String> keys = references.stream()
                .flatMap(reference -> reference.key().stream())
                .collect(Collectors.toSet());
        Optional<KeyLookup> lookup = secret.filter(any -> !keys.isEmpty()).map(value -> KeyLookup.in(value, keys));
        for (Reference reference : references) {
            Question question = Question.of(reference);
            if (answers.containsKey(question) || failed.containsKey(question)) {
                continue;
            }
            try {
                if (secret.isEmpty()) {
                    throw new KeyLookup.NoSuchKey("there is no value");
                }
                String found = reference.key().isPresent()
                        ? lookup.orElseThrow().text(reference.key().get())
                        : secret.get();
                if (found.isEmpty()) {
                    throw new KeyLookup.NoSuchKey("the value is empty");
                }
                answers.put(question, found);
            } catch (KeyLookup.NoSuchKey none) {
                failed.put(question, new Failure(reference, none.getMessage()));
            }
        }
    }

    private Optional<String> replaced(String written, List<Reference> references) {
        StringBuilder result = new StringBuilder();
        int copied = 0;
        for (Reference reference : references) {
            String answer = answers.get(Question.of(reference));
            if (answer != null && result.length() <= MAX_RESULT_LENGTH) {
                result.append(written, copied, reference.start()).append(answer);
                copied = reference.end();
            }
        }
        result.append(written, copied, written.length());
        if (result.length() <= MAX_RESULT_LENGTH) {
            return Optional.of(result.toString());
        }
        Reference first = references.get(0);
        String tooLong = "with all values the text would be longer than " + MAX_RESULT_LENGTH + " characters";
        failures.clear();
        failures.put(Question.of(first), new Failure(first, tooLong));
        return Optional.empty();
    }

    /** Without the text. */
    @Override
    public String toString() {
        return "a text with " + failures.size() + " failures: " + failures.values();
    }
}
