package id.lum.tokenstore.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/** Whose configuration may refer to what: nothing is allowed that no rule allows. */
record AllowList(List<Rule> rules) {
    /** What a star lets through must not lead out of a directory. */
    private static final Pattern DOT_SEGMENT = Pattern.compile("(?:^|[/\\\\])\\.\\.?(?:[/\\\\]|\\z)");

    /**
     * The configurations with this PID or factory PID may refer to these paths of this store.
     *
     * @param pattern the paths: a star has the meaning that it has in a filter of the framework
     */
    record Rule(String pid, String prefix, String paths, Filter pattern) {
        private static Optional<Rule> parse(String words) {
            String[] parts = words.strip().split("\\s+");
            if (parts.length != 3 || parts[0].contains("*") || !Grammar.isPrefix(parts[1])) {
                return Optional.empty();
            }
            try {
                Filter pattern = FrameworkUtil.createFilter("(path=" + parts[2].replaceAll("[()\\\\]", "\\\\$0") + ")");
                return Optional.of(new Rule(parts[0], parts[1], parts[2], pattern));
            } catch (InvalidSyntaxException noPattern) {
                return Optional.empty();
            }
        }

        private boolean covers(SecretLocator locator) {
            String path = locator.path();
            return prefix.equals(locator.prefix())
                    && (path.equals(paths)
                            || !DOT_SEGMENT.matcher(path).find() && pattern.matches(Map.of("path", path)));
        }
    }

    AllowList {
        rules = List.copyOf(rules);
    }

    /** @return empty unless each is a PID, a prefix and a pattern of paths, with blanks between them */
    static Optional<AllowList> parse(List<String> words) {
        List<Rule> rules =
                words.stream().map(Rule::parse).flatMap(Optional::stream).toList();
        return rules.size() == words.size() ? Optional.of(new AllowList(rules)) : Optional.empty();
    }

    /** Whether anything is allowed to a configuration. */
    boolean names(ConfigTarget target) {
        return rules.stream().anyMatch(rule -> target.isNamed(rule.pid()));
    }

    boolean permits(ConfigTarget target, SecretLocator locator) {
        return rules.stream().anyMatch(rule -> target.isNamed(rule.pid()) && rule.covers(locator));
    }

    boolean permitsToAnybody(SecretLocator locator) {
        return rules.stream().anyMatch(rule -> rule.covers(locator));
    }

    Set<String> prefixes() {
        return rules.stream().map(Rule::prefix).collect(Collectors.toUnmodifiableSet());
    }
}
