package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One configuration with the secrets at hand in place of its references. Holds secrets; made and read by one thread.
 */
final class Resolution {
    private final ResolutionRules rules;
    private final ConfigTarget target;
    private final Map<SecretLocator, String> secrets;
    private final Map<String, Object> written = new HashMap<>();
    private final Map<String, Object> properties;
    private final Set<SecretLocator> needed = new HashSet<>();
    private final Set<String> pending = new HashSet<>();
    private final Set<String> referring = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    Resolution(
            Dictionary<String, ?> configuration,
            ConfigTarget target,
            ResolutionRules rules,
            Map<SecretLocator, String> secrets) {
        this.rules = rules;
        this.target = target;
        this.secrets = secrets;
        Collections.list(configuration.keys()).stream()
                // Those are added by ConfigAdmin.
                .filter(property -> !property.startsWith("service."))
                .forEach(property -> written.put(property, configuration.get(property)));
        properties = new HashMap<>(written);
        written.forEach(this::resolve);
    }

    Map<String, Object> written() {
        return written;
    }

    Map<String, Object> properties() {
        return properties;
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
        return agree(written.keySet(), properties, others);
    }

    /**
     * The same for a component.
     *
     * @param delivered the properties after all plugins of ConfigAdmin
     * @param reported its properties as Declarative Services report them
     * @param alone whether no other configuration of the component replaces properties without a reference
     */
    boolean agreesWith(Map<String, ?> delivered, Map<String, ?> reported, boolean alone) {
        return agree(alone ? written.keySet() : referring, delivered, reported);
    }

    private boolean agree(Set<String> compared, Map<String, ?> wanted, Map<String, ?> others) {
        return compared.stream()
                .filter(property -> !pending.contains(property))
                .allMatch(property -> mayBeReportOf(wanted.get(property), others.get(property)));
    }

    /**
     * Felix SCR reports as text what a DTO cannot hold: a collection, a character, and an array of primitives or
     * characters, whose text does not tell what is in it.
     */
    private static boolean mayBeReportOf(Object wanted, Object reported) {
        if (wanted != null && reported instanceof String text) {
            Class<?> element = wanted.getClass().getComponentType();
            return element == null
                    ? text.equals(String.valueOf(wanted))
                    : element.isPrimitive() || element == Character.class;
        }
        return Objects.deepEquals(comparable(wanted), comparable(reported));
    }

    private static Object comparable(Object value) {
        return value instanceof Collection<?> several ? several.toArray() : value;
    }

    private void resolve(String property, Object value) {
        Set<SecretLocator> locators = new HashSet<>();
        try {
            mapped(value, text -> {
                rules.grammar().references(text).forEach(reference -> locators.add(reference.locator()));
                return text;
            });
        } catch (MalformedReference malformed) {
            warn(property, "it holds a reference that cannot be read: " + malformed.getMessage());
            return;
        }
        if (!locators.isEmpty()) {
            referring.add(property);
            replace(property, value, locators);
        }
    }

    private void replace(String property, Object value, Set<SecretLocator> locators) {
        Set<SecretLocator> permitted = locators.stream()
                .filter(locator -> rules.allowed().permits(target, locator))
                .collect(Collectors.toSet());
        Set<String> forbidden = locators.stream()
                .filter(locator -> !permitted.contains(locator))
                .map(SecretLocator::prefix)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!forbidden.isEmpty()) {
            warn(property, "no rule lets it refer to this value of " + String.join(", ", forbidden));
        }
        // Unless in lax mode, a value is resolved whole or not at all.
        if (!rules.lax() && !forbidden.isEmpty()) {
            return;
        }
        needed.addAll(permitted);
        Map<SecretLocator, String> atHand = new HashMap<>(secrets);
        atHand.keySet().retainAll(permitted);
        if (!rules.lax() && atHand.size() < permitted.size()) {
            pending.add(property);
            return;
        }
        Set<String> failures = new TreeSet<>();
        Object replaced = mapped(value, text -> {
            Substitution outcome = Substitution.of(text, rules.grammar().references(text), atHand);
            failures.addAll(outcome.failures());
            return outcome.text();
        });
        failures.forEach(failure -> warn(property, failure));
        if (rules.lax() || failures.isEmpty()) {
            properties.put(property, replaced);
        }
    }

    private void warn(String property, String why) {
        warnings.add(LogSafe.of(target.pid()) + ": " + LogSafe.of(property) + " stays as it is written, because " + why
                + ".");
    }

    /** A copy with other texts, alone, in an array or in a collection: ConfigAdmin may share what is written. */
    private static Object mapped(Object value, UnaryOperator<String> change) {
        if (value instanceof String text) {
            return change.apply(text);
        }
        if (value instanceof String[] texts) {
            return Stream.of(texts).map(change).toArray(String[]::new);
        }
        return value instanceof Collection<?> several
                ? several.stream().map(one -> mapped(one, change)).collect(Collectors.toCollection(ArrayList::new))
                : value;
    }
}
