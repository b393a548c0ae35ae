package id.lum.tokenstore.internal;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A text with secrets in place of its references, made in one pass: what looks like a reference in a secret stays.
 *
 * @param text the text, in which references without a value stay
 * @param failures why secrets that are at hand have no text for a reference, in sentences without a full stop
 */
record Substitution(String text, Set<String> failures) {
    /** The longest text that may come out, in characters. */
    static final int MAX_LENGTH = 4 << 20;

    /** @param references the references in the text, in its order */
    static Substitution of(String text, List<Reference> references, Map<SecretLocator, String> secrets) {
        Map<SecretLocator, Map<String, StoreAnswer>> byKey = new HashMap<>();
        // A secret is parsed once for all keys.
        references.stream()
                .filter(reference -> reference.key().isPresent() && secrets.containsKey(reference.locator()))
                .collect(Collectors.groupingBy(
                        Reference::locator,
                        Collectors.mapping(keyed -> keyed.key().get(), Collectors.toSet())))
                .forEach((locator, keys) -> byKey.put(locator, KeyLookup.find(secrets.get(locator), keys)));
        StringBuilder result = new StringBuilder();
        Set<String> failures = new LinkedHashSet<>();
        int copied = 0;
        for (Reference reference : references) {
            if (secrets.containsKey(reference.locator()) && result.length() <= MAX_LENGTH) {
                StoreAnswer answer = reference
                        .key()
                        .map(key -> byKey.get(reference.locator()).get(key))
                        .orElseGet(() -> new StoreAnswer.Value(secrets.get(reference.locator())));
                if (answer instanceof StoreAnswer.Failed failed) {
                    failures.add(failed.sentence());
                } else if (answer instanceof StoreAnswer.Value value) {
                    result.append(text, copied, reference.start()).append(value.text());
                    copied = reference.end();
                }
            }
        }
        result.append(text, copied, text.length());
        return result.length() <= MAX_LENGTH
                ? new Substitution(result.toString(), failures)
                : new Substitution(
                        text, Set.of("with all values the text would be longer than " + MAX_LENGTH + " characters"));
    }

    /** Without the text, which holds secrets. */
    @Override
    public String toString() {
        return failures.toString();
    }
}
