package id.lum.launcher.internal;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lines of {@code conf/config.properties} that Felix passes over without a word, so that a bundle is missing: a line of
 * a list after one without a backslash, and a list whose key stands in the file again.
 */
final class StrayLines {
    /** A whole line that is no property, such as {@code file:/home/you/guard.jar} or {@code "file:...}. */
    private static final Pattern LOCATION = Pattern.compile("\".*|[A-Za-z][A-Za-z0-9+-]*:\\S*(?:/|\\.jar).*");

    private static final Pattern COMMENT = Pattern.compile("\\s*(?:[#!].*)?");
    private static final Pattern CONTINUED = Pattern.compile("(?:.*[^\\\\])?(?:\\\\\\\\)*\\\\");

    private StrayLines() {}

    /** @return a sentence for each of them; none if the file is as it should be */
    static List<String> in(Path file) throws IOException {
        List<String> refused = new ArrayList<>();
        Set<String> lists = new HashSet<>();
        // The charset of a file of properties.
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < lines.size(); i++) {
            int number = i + 1;
            if (COMMENT.matcher(lines.get(i)).matches()) {
                continue;
            }
            StringBuilder property = new StringBuilder(lines.get(i));
            while (CONTINUED.matcher(lines.get(i)).matches() && i + 1 < lines.size()) {
                i++;
                property.append('\n').append(lines.get(i));
            }
            String why = why(property.toString(), lists);
            if (!why.isEmpty()) {
                refused.add("lumid: line " + number + " of " + file + " " + why + ": "
                        + lines.get(number - 1).strip());
            }
        }
        return refused;
    }

    private static String why(String property, Set<String> lists) throws IOException {
        Properties parsed = new Properties();
        parsed.load(new StringReader(property));
        String key = parsed.stringPropertyNames().stream().findFirst().orElse("");
        String first = property.lines().findFirst().orElse("").strip();
        if (LOCATION.matcher(first).matches()) {
            return "is no property, but looks like a bundle of a list; the line before it needs a backslash at its end";
        }
        if (parsed.getProperty(key, "").isEmpty() && first.indexOf('=') < 0 && first.indexOf(':') < 0) {
            return "is a key without a value; remove it, or write = behind the key";
        }
        if (BundleLists.isList(key) && !lists.add(key)) {
            return "begins a list a second time, and the first one would not count; make one list of them";
        }
        return "";
    }
}
