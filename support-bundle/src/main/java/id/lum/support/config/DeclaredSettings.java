package id.lum.support.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The settings of one configuration, read as its declaration has them. The declaration is an annotation type: a method
 * for each setting, of type {@code String}, with
 *
 * <ul>
 *   <li>the name of the property, by the rules of OSGi for component property types: {@code cache_size} is
 *       {@code cache.size}, {@code _client_secret} is {@code .client.secret};
 *   <li>the default, if there is one, which counts when the property is missing or empty;
 *   <li>the check, {@link Whole}, {@link OneOf} or {@link Url};
 *   <li>{@code @AttributeDefinition}, from which the build makes the metatype.
 * </ul>
 *
 * <p>Every value counts as text: a number or a truth value as it prints, an array or a collection as a list of words.
 * Blanks around a value are dropped. A value that still holds a placeholder ({@code $[}) or a reference (capital
 * letters and digits before {@code ://}) was not resolved and is refused, never used literally.
 *
 * <p>Nothing that is read throws: what is refused is collected, and reads as its default, so that an operator learns of
 * every bad value at once from {@link #throwIfRefused}.
 *
 * <p>Not safe for use by several threads.
 *
 * @param <C> the declaration
 */
public final class DeclaredSettings<C> {
    private static final Set<String> ON = Set.of("on", "true");

    /** A URL with one of these may carry a secret: a password, a token in a query. */
    private static final Pattern PRIVATE = Pattern.compile("[@?#]");

    private final Declaration<C> declaration;
    private final Settings text;
    private final Map<String, SettingRefused> refused;
    private final Set<String> tolerated;

    private DeclaredSettings(
            Declaration<C> declaration, Settings text, Map<String, SettingRefused> refused, Set<String> tolerated) {
        this.declaration = declaration;
        this.text = text;
        this.refused = refused;
        this.tolerated = tolerated;
    }

    /**
     * The settings of a configuration.
     *
     * @param declaration the annotation type that declares them, or an interface that extends several
     * @param fallbackPid the PID to name when the properties carry none
     * @param properties the properties
     * @param <C> the declaration
     * @return the settings
     */
    public static <C> DeclaredSettings<C> of(Class<C> declaration, String fallbackPid, Map<String, ?> properties) {
        return new DeclaredSettings<>(
                new Declaration<>(declaration), Settings.of(fallbackPid, properties), new TreeMap<>(), new HashSet<>());
    }

    /**
     * The same with a value for a property that is missing. One that is empty stays empty.
     *
     * @param setting the setting
     * @param value its value when missing; absent if there is none either
     * @return the settings
     */
    public DeclaredSettings<C> withDefault(Setting<? super C> setting, Optional<Path> value) {
        return new DeclaredSettings<>(
                declaration, text.withDefault(declaration.name(setting), value), refused, tolerated);
    }

    /**
     * The PID that refusals name.
     *
     * @return the PID, with the name of the instance for a factory
     */
    public String pid() {
        return text.pid();
    }

    /**
     * Where the configuration comes from, for the log.
     *
     * @return the PID, and the file if it was read from one
     */
    public String origin() {
        return text.origin();
    }

    /**
     * The name of a setting's property.
     *
     * @param setting the setting
     * @return the name
     */
    public String property(Setting<? super C> setting) {
        return declaration.name(setting);
    }

    /**
     * Whether a property is there, be it empty.
     *
     * @param setting the setting
     * @return true if the configuration has it
     */
    public boolean has(Setting<? super C> setting) {
        return text.has(declaration.name(setting));
    }

    /**
     * Whether a property is missing or empty. This refuses nothing.
     *
     * @param setting the setting
     * @return true if it holds nothing but blanks
     */
    public boolean isEmpty(Setting<? super C> setting) {
        return text.isEmpty(declaration.name(setting));
    }

    /**
     * A text.
     *
     * @param setting the setting; refused if it is unresolved or has several values
     * @return the text without blanks around it, or its default; absent if it has none
     */
    public Optional<String> text(Setting<? super C> setting) {
        String name = declaration.name(setting);
        return read(name, () -> text.text(name), Optional.<String>empty()).or(() -> declaration.defaultOf(name));
    }

    /**
     * A list of words, separated by commas. An empty one is no missing one: the default counts for the latter alone.
     *
     * @param setting the setting; refused if a word is unresolved
     * @return the words without blanks around them, each once, in order
     */
    public List<String> list(Setting<? super C> setting) {
        String name = declaration.name(setting);
        List<String> words = read(name, () -> text.list(name), List.of());
        if (text.has(name)) {
            return words;
        }
        return declaration
                .defaultOf(name)
                .map(known -> Arrays.stream(known.split(",")).map(String::strip).toList())
                .orElse(List.of());
    }

    /**
     * A plain name, as of a host: a letter or digit, then letters from A to Z in either case, digits, {@code .},
     * {@code _} or {@code -}.
     *
     * @param setting the setting; refused if it is unresolved or no plain name
     * @return the name; absent when missing or empty
     */
    public Optional<String> name(Setting<? super C> setting) {
        String name = declaration.name(setting);
        return read(name, () -> text.name(name), Optional.empty());
    }

    /**
     * A list of plain names, separated by commas.
     *
     * @param setting the setting; refused if one is unresolved or no plain name
     * @return the names, each once, in order; none when missing or empty
     */
    public List<String> names(Setting<? super C> setting) {
        String name = declaration.name(setting);
        return read(name, () -> text.names(name), List.of());
    }

    /**
     * A whole number.
     *
     * @param setting the setting, declared with {@link Whole} and a default; refused if it is no number or out of
     *     bounds
     * @return the number
     */
    public long number(Setting<? super C> setting) {
        String name = declaration.name(setting);
        long fallback = Long.parseLong(declaration.defaultOf(name).orElseThrow());
        Whole whole = declaration.whole(name);
        return read(name, () -> text.number(name, fallback, whole.min(), whole.max(), whole.unit()), fallback);
    }

    /**
     * One of a few words.
     *
     * @param setting the setting, declared with {@link OneOf} and a default; refused if it is another word
     * @return the word, in lower case
     */
    public String choice(Setting<? super C> setting) {
        String name = declaration.name(setting);
        String fallback = declaration.defaultOf(name).orElseThrow();
        return read(name, () -> text.choice(name, fallback, declaration.words(name)), fallback);
    }

    /**
     * Whether a switch is on.
     *
     * @param setting the setting, declared as one of on, off, true, false; refused if it is another word
     * @return true for {@code on} and {@code true}
     */
    public boolean isOn(Setting<? super C> setting) {
        return ON.contains(choice(setting));
    }

    /**
     * The path of a file or directory.
     *
     * @param setting the setting; refused if it is no path
     * @return the path, absolute and normalized; absent when missing or empty
     */
    public Optional<Path> path(Setting<? super C> setting) {
        String name = declaration.name(setting);
        return read(name, () -> text.path(name), Optional.empty());
    }

    private <T> T read(String name, Supplier<T> reading, T fallback) {
        try {
            return reading.get();
        } catch (SettingRefused unfit) {
            refused.putIfAbsent(
                    name,
                    isPrivate(name) ? hidden(name, "must be one URL, with every placeholder in it resolved") : unfit);
            return fallback;
        }
    }

    private boolean isPrivate(String name) {
        return declaration.isUrl(name)
                && text.raw(name).stream()
                        .anyMatch(value -> PRIVATE.matcher(value).find());
    }

    private SettingRefused hidden(String name, String remedy) {
        return new SettingRefused(text.pid(), name, "(not shown)", remedy);
    }

    /**
     * Refuses a setting of which more than its declaration is wrong. The first refusal of a setting counts.
     *
     * @param setting the setting
     * @param remedy what it must be, as the end of the sentence "is refused: it ..."
     */
    public void refuse(Setting<? super C> setting, String remedy) {
        String name = declaration.name(setting);
        refused.putIfAbsent(name, isPrivate(name) ? hidden(name, remedy) : text.refused(name, remedy));
    }

    /**
     * Whether a setting is refused, for checks that depend on it.
     *
     * @param setting the setting
     * @return true if what was read of it is its default
     */
    public boolean isRefused(Setting<? super C> setting) {
        return refused.containsKey(declaration.name(setting));
    }

    /**
     * Keeps a refusal of some settings from refusing the configuration, as long as no other setting is refused.
     *
     * @param settings the settings, which have been read
     * @return what is wrong with them; absent if nothing is
     */
    public Optional<SettingRefused> tolerate(List<Setting<? super C>> settings) {
        Map<String, SettingRefused> theirs = new TreeMap<>(refused);
        theirs.keySet().retainAll(settings.stream().map(this::property).toList());
        tolerated.addAll(theirs.keySet());
        return theirs.isEmpty() ? Optional.empty() : Optional.of(SettingRefused.all(theirs.values()));
    }

    /**
     * Requires that nothing is refused of what was read.
     *
     * @throws SettingRefused naming every setting that is refused
     */
    public void throwIfRefused() {
        if (!tolerated.containsAll(refused.keySet())) {
            throw SettingRefused.all(refused.values());
        }
    }

    /**
     * What an operator should correct though nothing is refused: properties that are not declared, misspelt ones most
     * likely, and a byte order mark in front of the first name, where it is ignored.
     *
     * @return a sentence for each, for the log
     */
    public List<String> warnings() {
        return text.warnings(declaration.names());
    }
}
