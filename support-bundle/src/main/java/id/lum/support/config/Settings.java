package id.lum.support.config;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.LogSafe;
import java.lang.reflect.Array;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The properties of one configuration, read strictly. Immutable.
 *
 * <p>Every value counts as text: a number or a truth value as it prints, an array or a collection as a list of words.
 * Blanks around a value are dropped, and an empty value is an absent one. A value that still holds a placeholder
 * ({@code $[}) or a reference (capital letters and digits before {@code ://}) was not resolved and is refused, never
 * used literally. If the configuration looks like a file saved as UTF-16, every value is refused, read or missing: the
 * names are garbled, and defaults would take the place of what the file says.
 */
final class Settings {
    /** What ConfigAdmin, Declarative Services and file-based provisioning add to a configuration. */
    private static final List<String> FOREIGN =
            List.of("service.", "component.", "felix.", "osgi.", "org.apache.karaf.");

    // A run of capitals and digits is looked at once, from where it begins: a value may be long.
    private static final Pattern UNRESOLVED = Pattern.compile("\\$\\[|(?<![A-Z0-9])[0-9]*+[A-Z][A-Z0-9]*+://");

    /** As the first name of a file has it: read as UTF-8, and as ISO-8859-1, which containers read files as. */
    private static final List<String> BYTE_ORDER_MARKS = List.of("\ufeff", "\u00ef\u00bb\u00bf");

    /** The same of UTF-16, little and big endian, read as ISO-8859-1. */
    private static final List<String> UTF_16_MARKS = List.of("\u00ff\u00fe", "\u00fe\u00ff");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final String pid;
    private final Map<String, ?> properties;
    private final boolean byteOrderMark;
    private final boolean utf16;

    private Settings(String pid, Map<String, ?> properties, boolean byteOrderMark, boolean utf16) {
        this.pid = pid;
        this.properties = Map.copyOf(properties);
        this.byteOrderMark = byteOrderMark;
        this.utf16 = utf16;
    }

    /** Editors put the mark in front of a file, and it becomes part of the first name, or of the first comment. */
    private static Map<String, ?> withoutMarks(Map<String, ?> properties) {
        Map<String, Object> clean = new HashMap<>(properties);
        properties.forEach((name, value) -> {
            String meant = withoutMark(name);
            if (!meant.equals(name)) {
                clean.remove(name);
                if (!meant.isEmpty() && "#!".indexOf(meant.charAt(0)) < 0) {
                    clean.putIfAbsent(meant, value);
                }
            }
        });
        return clean;
    }

    private static String withoutMark(String name) {
        return BYTE_ORDER_MARKS.stream()
                .filter(name::startsWith)
                .findFirst()
                .map(mark -> name.substring(mark.length()))
                .orElse(name);
    }

    /** The properties as a component gets them. */
    static Settings of(String fallbackPid, Map<String, ?> properties) {
        String pid = properties.get("service.pid") instanceof String own ? own : fallbackPid;
        boolean marked =
                properties.keySet().stream().anyMatch(name -> !withoutMark(name).equals(name));
        return new Settings(
                requireNonNull(pid, "pid"),
                marked ? withoutMarks(properties) : properties,
                marked,
                properties.entrySet().stream().anyMatch(property -> isUtf16(property.getKey(), property.getValue())));
    }

    private static boolean isUtf16(String name, Object value) {
        return UTF_16_MARKS.stream().anyMatch(name::startsWith)
                || Stream.concat(Stream.of(name), texts(value).stream()).anyMatch(text -> text.indexOf(0) >= 0);
    }

    /** The same with a value for a property that is missing. One that is empty stays empty. */
    Settings withDefault(String property, Optional<Path> value) {
        if (has(property) || value.isEmpty()) {
            return this;
        }
        Map<String, Object> all = new HashMap<>(properties);
        all.put(property, value.get().toString());
        return new Settings(pid, all, byteOrderMark, utf16);
    }

    /** The PID that refusals name. */
    String pid() {
        return pid;
    }

    /** Where the configuration comes from, for the log. */
    String origin() {
        return LogSafe.of(
                properties.get("felix.fileinstall.filename") instanceof String file
                        ? pid + " of the file " + readable(file)
                        : pid);
    }

    private static String readable(String file) {
        try {
            return Path.of(URI.create(file)).toString();
        } catch (IllegalArgumentException noUri) {
            return file;
        }
    }

    /** Whether a property is there, be it empty. */
    boolean has(String property) {
        return properties.containsKey(property);
    }

    /** Whether it is missing, or holds nothing but blanks. */
    boolean isEmpty(String property) {
        return raw(property).stream().allMatch(String::isBlank);
    }

    /** A text. Refused if it is unresolved, or has several values. */
    Optional<String> text(String property) {
        List<String> values = values(property);
        if (values.size() > 1) {
            throw refused(property, "must be one value, not several");
        }
        return values.stream().findFirst();
    }

    /** A list of words, separated by commas. Refused if one is unresolved. */
    List<String> list(String property) {
        return values(property).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }

    /**
     * A plain name, as of a host: a letter or digit, then letters from A to Z in either case, digits, {@code .},
     * {@code _} or {@code -}. Refused if it is unresolved or no plain name.
     */
    Optional<String> name(String property) {
        return text(property).map(text -> plain(property, text));
    }

    /** A list of plain names, separated by commas. Refused if one is unresolved or no plain name. */
    List<String> names(String property) {
        return list(property).stream().map(word -> plain(property, word)).toList();
    }

    private String plain(String property, String text) {
        if (!NAME.matcher(text).matches()) {
            throw refused(
                    property,
                    "must be a plain name: a letter or digit, then letters (A to Z, a to z), digits, \".\", \"_\" or \"-\"");
        }
        return text;
    }

    /** A whole number. Refused if it is no number or out of bounds. */
    long number(String property, long fallback, long min, long max, String unit) {
        Optional<String> text = text(property);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, with the same sentence as a number out of bounds.
        }
        throw refused(property, "must be a whole number of " + unit + " from " + min + " to " + max);
    }

    /** One of a few words, in any case. Refused if it is another word. */
    String choice(String property, String fallback, Set<String> choices) {
        String word = text(property).orElse(fallback).toLowerCase(Locale.ROOT);
        if (!choices.contains(word)) {
            throw refused(property, "must be one of " + String.join(", ", new TreeSet<>(choices)));
        }
        return word;
    }

    /** The path of a file or directory. Refused if it is no path. */
    Optional<Path> path(String property) {
        return text(property).map(text -> {
            try {
                return Path.of(text).toAbsolutePath().normalize();
            } catch (InvalidPathException invalid) {
                throw refused(property, "must be the path of a file");
            }
        });
    }

    /** A refusal of a property, to be thrown by a caller that finds more wrong with it. */
    SettingRefused refused(String property, String remedy) {
        return new SettingRefused(pid, property, String.join(", ", raw(property)), remedy);
    }

    /**
     * What an operator should correct though nothing is refused: properties that are not read, misspelt ones most
     * likely, and a byte order mark in front of the first name, where it is ignored.
     */
    List<String> warnings(Set<String> known) {
        List<String> warnings = new ArrayList<>();
        if (byteOrderMark) {
            warnings.add(LogSafe.of(pid)
                    + ": the first line begins with a byte order mark, which is ignored; save the file without one.");
        }
        Set<String> unknown = new TreeSet<>(properties.keySet());
        unknown.removeAll(known);
        unknown.removeIf(name -> FOREIGN.stream().anyMatch(name::startsWith));
        if (!unknown.isEmpty()) {
            warnings.add(LogSafe.of(pid) + ": nobody reads " + LogSafe.of(String.join(", ", unknown)) + "; known are "
                    + String.join(", ", new TreeSet<>(known)) + ".");
        }
        return List.copyOf(warnings);
    }

    private List<String> values(String property) {
        if (utf16) {
            throw new SettingRefused(
                    origin() + " is refused as a whole: it begins with a byte order mark of UTF-16 or holds a "
                            + "NUL character, as a file does that was saved as UTF-16. Save it as UTF-8 or ISO-8859-1.");
        }
        List<String> values = raw(property).stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
        if (values.stream().anyMatch(value -> UNRESOLVED.matcher(value).find())) {
            throw refused(property, "holds a placeholder or reference that was not resolved");
        }
        return values;
    }

    /** The values as they are written. */
    List<String> raw(String property) {
        return texts(properties.get(property));
    }

    /** None of a value that is missing. */
    private static List<String> texts(Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof Collection<?> several) {
            several.forEach(one -> texts.add(String.valueOf(one)));
        } else if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                texts.add(String.valueOf(Array.get(value, i)));
            }
        } else if (value != null) {
            texts.add(value.toString());
        }
        return texts;
    }
}
