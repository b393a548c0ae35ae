package id.lum.tokenstore.internal.delivery;

import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.Grammar;
import id.lum.tokenstore.internal.grammar.Reference;
import id.lum.tokenstore.internal.resolution.Substitution;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The value of one property, a text or several, with references in it. */
final class ReferringValue {
    private final Object written;
    private final Map<String, List<Reference>> references;

    private ReferringValue(Object written, Map<String, List<Reference>> references) {
        this.written = written;
        this.references = references;
    }

    /**
     * Finds the references in a value.
     *
     * @return empty if there are none
     * @throws id.lum.tokenstore.internal.grammar.MalformedReference if one cannot be read
     */
    static Optional<ReferringValue> read(Object value, Grammar grammar) {
        Map<String, List<Reference>> references = new LinkedHashMap<>();
        for (String text : texts(value)) {
            List<Reference> found = grammar.references(text);
            if (!found.isEmpty()) {
                references.put(text, found);
            }
        }
        return references.isEmpty() ? Optional.empty() : Optional.of(new ReferringValue(value, references));
    }

    private static List<String> texts(Object value) {
        if (value instanceof String text) {
            return List.of(text);
        }
        if (value instanceof String[] several) {
            return List.of(several);
        }
        return value instanceof Collection<?> several
                ? several.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList()
                : List.of();
    }

    Set<Address> addresses() {
        return references.values().stream()
                .flatMap(List::stream)
                .map(Reference::address)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The value for the consumer.
     *
     * @param values what is at hand
     * @param lax whether references without a value stay in a text while others are replaced
     * @param complaints what hinders it, without a value
     * @return empty if it stays as it is written
     */
    Optional<Object> resolved(
            Function<Address, Optional<String>> values, boolean lax, java.util.function.Consumer<String> complaints) {
        Map<String, String> texts = new LinkedHashMap<>();
        boolean complete = true;
        for (Map.Entry<String, List<Reference>> text : references.entrySet()) {
            Substitution outcome = lax
                    ? Substitution.lax(text.getKey(), text.getValue(), values)
                    : Substitution.of(text.getKey(), text.getValue(), values);
            if (outcome instanceof Substitution.Resolved resolved) {
                texts.put(text.getKey(), resolved.text());
                complain(resolved.left(), values, complaints);
            } else if (outcome instanceof Substitution.Unresolved unresolved) {
                complete = false;
                complain(unresolved.failures(), values, complaints);
            }
        }
        return complete ? Optional.of(replaced(texts)) : Optional.empty();
    }

    /** That there is no value yet is no news: whoever asks for it will tell. */
    private static void complain(
            List<Substitution.Failure> failures,
            Function<Address, Optional<String>> values,
            java.util.function.Consumer<String> complaints) {
        failures.stream()
                .filter(failure -> values.apply(failure.reference().address()).isPresent())
                .forEach(failure -> complaints.accept(failure.sentence()));
    }

    /** The value in the configuration is never changed itself: ConfigAdmin may share it. */
    private Object replaced(Map<String, String> texts) {
        if (written instanceof String text) {
            return texts.get(text);
        }
        if (written instanceof String[] several) {
            String[] copy = several.clone();
            for (int i = 0; i < copy.length; i++) {
                copy[i] = texts.getOrDefault(copy[i], copy[i]);
            }
            return copy;
        }
        List<Object> copy = new ArrayList<>();
        ((Collection<?>) written)
                .forEach(one -> copy.add(one instanceof String text ? texts.getOrDefault(text, text) : one));
        return copy;
    }
}
