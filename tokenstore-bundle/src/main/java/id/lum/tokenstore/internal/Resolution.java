package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One configuration with the secrets at hand in place of its references. Holds secrets; made and read by one thread.
 */
final class Resolution {
    private final ResolutionRules rules;
    private final ConfigTarget target;
    private final Function<SecretLocator, Optional<String>> secrets;
    private final Map<String, Object> written = new HashMap<>();
    private final Map<String, Object> replaced = new HashMap<>();
    private final Set<SecretLocator> needed = new HashSet<>();
    private final Set<String> pending = new HashSet<>();
    private final Set<String> referring = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    private Resolution(ResolutionRules rules, ConfigTarget target, Function<SecretLocator, Optional<String>> secrets) {
        this.rules = rules;
        this.target = target;
        this.secrets = secrets;
    }

    static Resolution of(
            Dictionary<String, ?> properties,
            ConfigTarget target,
            ResolutionRules rules,
            Function<SecretLocator, Optional<String>> secrets) {
        Resolution resolution = new Resolution(rules, target, secrets);
        for (String property : Collections.list(properties.keys())) {
            Object value = properties.get(property);
            if (!property.startsWith("service.")) {
                resolution.written.put(property, value);
                resolution.resolve(property, value);
            }
        }
        return resolution;
    }

    /** The properties that differ from what is written. */
    Map<String, Object> replaced() {
        return replaced;
    }

    /** All properties as they are written, but for those that ConfigAdmin adds. */
    Map<String, Object> written() {
        return written;
    }

    Map<String, Object> properties() {
        Map<String, Object> all = new HashMap<>(written);
        all.putAll(replaced);
        return all;
    }

    /** Every secret that the configuration refers to and may have. */
    Set<SecretLocator> needed() {
        return needed;
    }

    /** Why properties stay as they are written, without a secret; a missing secret is not among the reasons. */
    List<String> warnings() {
        return warnings;
    }

    /**
     * Whether a consumer with these properties needs no delivery. A property whose secret is missing agrees with
     * anything: a consumer that has an earlier value keeps it.
     */
    boolean agreesWith(Map<String, ?> others) {
        return agrees(written.keySet(), properties(), others, Resolution::isEqual);
    }

    /**
     * The same for a component, where other plugins of ConfigAdmin made these properties of the resolved ones.
     *
     * @param reported its properties as Declarative Services report them
     */
    boolean agrees(Map<String, ?> wanted, Map<String, ?> reported) {
        return agrees(written.keySet(), wanted, reported, Resolution::mayBeReportOf);
    }

    /** The same, where another configuration of the component may replace any property without a reference. */
    boolean agreesInReferences(Map<String, ?> wanted, Map<String, ?> reported) {
        return agrees(referring, wanted, reported, Resolution::mayBeReportOf);
    }

    private boolean agrees(
            Set<String> properties, Map<String, ?> wanted, Map<String, ?> others, BiPredicate<Object, Object> agree) {
        return properties.stream()
                .filter(property -> !pending.contains(property))
                .allMatch(property -> agree.test(wanted.get(property), others.get(property)));
    }

    private static boolean isEqual(Object wanted, Object other) {
        return Objects.deepEquals(comparable(wanted), comparable(other));
    }

    /**
     * Felix SCR reports as text what a DTO cannot hold: a collection, a character, and an array of primitives or
     * characters, whose text does not tell what is in it.
     */
    private static boolean mayBeReportOf(Object wanted, Object reported) {
        if (wanted != null && reported instanceof String text) {
            Class<?> component = wanted.getClass().getComponentType();
            if (component != null) {
                return component.isPrimitive() || component == Character.class;
            }
            if (wanted instanceof Collection || wanted instanceof Character) {
                return text.equals(String.valueOf(wanted));
            }
        }
        return isEqual(wanted, reported);
    }

    private static Object comparable(Object value) {
        return value instanceof Collection<?> several ? several.toArray() : value;
    }

    private void resolve(String property, Object value) {
        String where = LogSafe.of(target.pid()) + ": " + LogSafe.of(property) + " stays as it is written, because ";
        try {
            Map<String, List<Reference>> byText =
                    texts(value).distinct().collect(Collectors.toMap(text -> text, rules.grammar()::references));
            byText.values().removeIf(List::isEmpty);
            if (!byText.isEmpty()) {
                referring.add(property);
                resolve(property, value, byText, where);
            }
        } catch (MalformedReference malformed) {
            warnings.add(where + "it holds a reference that cannot be read: "
                    + malformed.faults().stream()
                            .map(MalformedReference.Fault::withoutToken)
                            .collect(Collectors.joining("; "))
                    + ".");
        }
    }

    private void resolve(String property, Object value, Map<String, List<Reference>> byText, String where) {
        Map<Boolean, Set<SecretLocator>> byPermission = byText.values().stream()
                .flatMap(List::stream)
                .map(Reference::locator)
                .collect(Collectors.partitioningBy(
                        locator -> rules.allowed().permits(target, locator), Collectors.toSet()));
        Set<SecretLocator> permitted = byPermission.get(true);
        if (!byPermission.get(false).isEmpty()) {
            warnings.add(where + "no rule lets it refer to this value of "
                    + byPermission.get(false).stream()
                            .map(SecretLocator::prefix)
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        // Unless in lax mode, a value is resolved whole or not at all.
        if (permitted.isEmpty() || !rules.lax() && !byPermission.get(false).isEmpty()) {
            return;
        }
        needed.addAll(permitted);
        if (!rules.lax()
                && permitted.stream().anyMatch(locator -> secrets.apply(locator).isEmpty())) {
            pending.add(property);
            return;
        }
        Map<String, String> texts = new HashMap<>();
        byText.forEach((text, references) -> substituted(
                        text,
                        references,
                        locator -> permitted.contains(locator) ? secrets.apply(locator) : Optional.empty(),
                        where)
                .ifPresent(result -> texts.put(text, result)));
        if (texts.keySet().equals(byText.keySet())) {
            replaced.put(property, replaced(value, texts));
        }
    }

    private Optional<String> substituted(
            String text, List<Reference> references, Function<SecretLocator, Optional<String>> values, String where) {
        Substitution outcome = Substitution.of(text, references, values);
        outcome.failures().stream()
                .filter(failure -> values.apply(failure.reference().locator()).isPresent())
                .forEach(failure -> warnings.add(where + failure.sentence() + "."));
        return rules.lax() || outcome.failures().isEmpty() ? outcome.text() : Optional.empty();
    }

    private static Stream<String> texts(Object value) {
        if (value instanceof String text) {
            return Stream.of(text);
        }
        Stream<?> several = value instanceof String[] array
                ? Arrays.stream(array)
                : value instanceof Collection<?> collection ? collection.stream() : Stream.of();
        return several.filter(String.class::isInstance).map(String.class::cast);
    }

    /** Makes a copy: ConfigAdmin may share the value that is written. */
    private static Object replaced(Object value, Map<String, String> texts) {
        if (value instanceof String text) {
            return texts.get(text);
        }
        if (value instanceof String[] array) {
            return Arrays.stream(array)
                    .map(text -> texts.getOrDefault(text, text))
                    .toArray(String[]::new);
        }
        List<Object> copy = new ArrayList<>((Collection<?>) value);
        copy.replaceAll(one -> one instanceof String text ? texts.getOrDefault(text, text) : one);
        return copy;
    }
}
