package id.lum.support.plugin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which variables of this container's environment a plugin gets; every other one stays here.
 *
 * @param patterns names; an asterisk at the end stands for any characters
 */
public record EnvironmentRules(List<String> patterns) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\*?");

    /** Checks nothing: the patterns have been. */
    public EnvironmentRules {
        patterns = List.copyOf(patterns);
    }

    /**
     * Whether a text can be a pattern.
     *
     * @param text a name, or the beginning of one and an asterisk
     * @return true if it can
     */
    public static boolean isPattern(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * Those variables of an environment.
     *
     * @param environment variables and their values
     * @return what a plugin gets of them
     */
    public Map<String, String> allowed(Map<String, String> environment) {
        Map<String, String> allowed = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (patterns.stream().anyMatch(pattern -> matches(pattern, name))) {
                allowed.put(name, value);
            }
        });
        return allowed;
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
