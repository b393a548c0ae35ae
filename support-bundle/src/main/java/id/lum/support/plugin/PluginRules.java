package id.lum.support.plugin;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.Setting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads settings about plugins, most of which are lists of rules: a prefix, a blank and a word. What is wrong is
 * refused with {@link DeclaredSettings#refuse} and left out.
 *
 * @param <C> the declaration of the settings
 */
public final class PluginRules<C> {
    private static final Logger LOG = LoggerFactory.getLogger(PluginRules.class);
    private static final int MAX_LIST_ENTRIES = 1000;
    private static final Pattern PREFIX = Pattern.compile("[A-Z][A-Z0-9]{0,63}");

    /**
     * A rule.
     *
     * @param prefix the plugin that it is about
     * @param word what it says
     */
    public record Rule(String prefix, String word) {}

    private final DeclaredSettings<C> settings;

    /**
     * Rules of one configuration.
     *
     * @param settings the configuration
     */
    public PluginRules(DeclaredSettings<C> settings) {
        this.settings = settings;
    }

    /**
     * Folders of plugins.
     *
     * @param setting absolute paths, separated by commas
     * @return the folders, in order; may be added to
     */
    public List<Path> roots(Setting<? super C> setting) {
        List<Path> roots = new ArrayList<>();
        for (String root : settings.list(setting)) {
            Optional<Path> path = absolute(root);
            if (path.isEmpty()) {
                settings.refuse(setting, "must be absolute paths of folders");
            }
            path.ifPresent(roots::add);
        }
        return roots;
    }

    private static Optional<Path> absolute(String text) {
        try {
            return Optional.of(Path.of(text)).filter(Path::isAbsolute).map(Path::normalize);
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    /**
     * Which content each plugin may have.
     *
     * @param setting rules with a SHA-256 each
     * @return the checksums, by prefix
     */
    public Map<String, Checksum> checksums(Setting<? super C> setting) {
        Map<String, Checksum> checksums = new TreeMap<>();
        for (Rule rule : rules(setting)) {
            Optional<Checksum> checksum = Checksum.parse(rule.word());
            if (checksum.isEmpty()) {
                settings.refuse(
                        setting, "must be prefixes, each with a blank and 64 hexadecimal digits or the word none");
            } else if (checksums.put(rule.prefix(), checksum.get()) != null) {
                settings.refuse(setting, "must name each prefix once");
            }
        }
        return Map.copyOf(checksums);
    }

    /**
     * Which variables of this container's environment each plugin gets.
     *
     * @param setting rules with the name of a variable each, or the beginning of one and an asterisk
     * @return the rules, by prefix
     */
    public Map<String, EnvironmentRules> environments(Setting<? super C> setting) {
        Map<String, List<String>> patterns = new TreeMap<>();
        for (Rule rule : rules(setting)) {
            if (!EnvironmentRules.isPattern(rule.word())) {
                settings.refuse(
                        setting,
                        "must be prefixes, each with a blank and the name of a variable, such as VAULT VAULT_ADDR");
            }
            patterns.computeIfAbsent(rule.prefix(), first -> new ArrayList<>()).add(rule.word());
        }
        Map<String, EnvironmentRules> rules = new TreeMap<>();
        patterns.forEach((prefix, some) -> rules.put(prefix, new EnvironmentRules(some)));
        return Map.copyOf(rules);
    }

    /**
     * A folder for each of some plugins.
     *
     * @param setting rules with an absolute path each
     * @return the folders, by prefix
     */
    public Map<String, Path> folders(Setting<? super C> setting) {
        Map<String, Path> folders = new TreeMap<>();
        for (Rule rule : rules(setting)) {
            Optional<Path> folder = absolute(rule.word());
            if (folder.isEmpty()) {
                settings.refuse(setting, "must be prefixes, each with a blank and the absolute path of a folder");
            } else if (folders.put(rule.prefix(), folder.get()) != null) {
                settings.refuse(setting, "must name each prefix once");
            }
        }
        return Map.copyOf(folders);
    }

    /**
     * Warns of rules about plugins that can never be run, such as those of a misspelt prefix.
     *
     * @param setting the rules
     * @param prefixes what they are about
     * @param checksums what may be run, by prefix
     */
    public void warnOfOthers(Setting<? super C> setting, Set<String> prefixes, Map<String, Checksum> checksums) {
        Set<String> others = new TreeSet<>(prefixes);
        others.removeAll(checksums.keySet());
        if (!others.isEmpty()) {
            LOG.warn(
                    "{}: {} is about {}, for which sha256 has no checksum, so that no such plugin is run. Is the prefix "
                            + "right?",
                    settings.origin(),
                    settings.property(setting),
                    String.join(", ", others));
        }
    }

    private List<Rule> rules(Setting<? super C> setting) {
        List<Rule> rules = new ArrayList<>();
        List<String> texts = settings.list(setting);
        for (String text : texts) {
            String[] words = text.split("\\s+");
            if (words.length != 2 || !isPrefix(words[0]) || texts.size() > MAX_LIST_ENTRIES) {
                settings.refuse(
                        setting,
                        "must be at most " + MAX_LIST_ENTRIES
                                + " rules, each a prefix in capital letters and digits, a blank and one word");
            } else {
                rules.add(new Rule(words[0], words[1]));
            }
        }
        return rules;
    }

    /**
     * Whether a text can be the prefix of references.
     *
     * @param text a capital letter, followed by capital letters and digits
     * @return true if it can
     */
    public static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }
}
