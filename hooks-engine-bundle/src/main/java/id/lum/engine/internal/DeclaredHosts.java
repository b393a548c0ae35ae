package id.lum.engine.internal;

import id.lum.hooks.LogSafe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The hosts that a service property {@code hook.host} names.
 *
 * @param names what can be the name of a host, as the settings of a view have it
 * @param malformed what cannot, fit for a log
 */
record DeclaredHosts(List<String> names, List<String> malformed) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final int MAX_LISTED = 8;

    /** @param property the value; null if there is none */
    static DeclaredHosts of(Object property) {
        List<String> names = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        for (Object value : values(property)) {
            if (value instanceof String name
                    && name.length() <= LogSafe.LIMIT
                    && NAME.matcher(name).matches()) {
                names.add(name);
            } else {
                malformed.add(label(value));
            }
        }
        return new DeclaredHosts(List.copyOf(names), List.copyOf(malformed));
    }

    private static Collection<?> values(Object property) {
        if (property == null) {
            return List.of();
        }
        if (property instanceof Collection<?> several) {
            return several;
        }
        return property instanceof String[] several ? Arrays.asList(several) : List.of(property);
    }

    /** Of a value of another bundle's class only the class, because its {@code toString} is foreign code. */
    private static String label(Object value) {
        if (value instanceof String text) {
            return "\"" + LogSafe.of(text) + "\"";
        }
        if (value == null) {
            return "nothing";
        }
        String type = value.getClass().getTypeName();
        return type.startsWith("java.lang.") && !value.getClass().isArray()
                ? LogSafe.of(value.toString()) + " (" + type + ")"
                : "a value of " + type;
    }

    /** The property names no host at all. */
    boolean isEmpty() {
        return names.isEmpty() && malformed.isEmpty();
    }

    /** A few of the texts, for one line of a log. */
    static String list(List<String> texts) {
        return texts.stream().limit(MAX_LISTED).collect(Collectors.joining(", "))
                + (texts.size() > MAX_LISTED ? ", …" : "");
    }
}
