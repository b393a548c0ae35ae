package id.lum.tokenstore.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whose configuration may refer to what: nothing is allowed that no rule allows. */
record AllowList(List<Rule> rules) {
    /** The configurations with this PID or factory PID may refer to these paths of this store. */
    record Rule(String pid, String prefix, String paths) {
        private static Optional<Rule> parse(String words) {
            String[] parts = words.strip().split("\\s+");
            return parts.length == 3 && !parts[0].contains("*") && Grammar.isPrefix(parts[1])
                    ? Optional.of(new Rule(parts[0], parts[1], parts[2]))
                    : Optional.empty();
        }

        private boolean covers(SecretLocator locator) {
            String path = locator.path();
            return prefix.equals(locator.prefix())
                    && (path.equals(paths) || !hasDotSegments(path) && matches(path, paths));
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

    /** What a star lets through must not lead out of a directory. */
    private static boolean hasDotSegments(String path) {
        return Arrays.stream(path.split("[/\\\\]", -1)).anyMatch(part -> part.equals(".") || part.equals(".."));
    }

    /** Each text between stars is looked for once, so that the work is bounded by the product of the lengths. */
    private static boolean matches(String path, String pattern) {
        String[] parts = pattern.split("\\*", -1);
        String last = parts[parts.length - 1];
        int end = path.length() - last.length();
        int from = parts[0].length();
        if (parts.length == 1 || from > end || !path.startsWith(parts[0]) || !path.endsWith(last)) {
            return false;
        }
        for (int i = 1; i < parts.length - 1; i++) {
            int found = path.indexOf(parts[i], from);
            from = found + parts[i].length();
            if (found < 0 || from > end) {
                return false;
            }
        }
        return true;
    }
}
