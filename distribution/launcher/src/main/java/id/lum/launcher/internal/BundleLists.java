package id.lum.launcher.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The lists of bundles of a configuration, read as Felix's {@code AutoProcessor} reads them. */
final class BundleLists {
    /** What is listed here is installed and started. */
    static final String START = "felix.auto.start";

    /** What is listed here is only installed. */
    static final String INSTALL = "felix.auto.install";

    /** Entries are separated by spaces that stand in no quotes. A quote that is not closed reaches to the end. */
    private static final Pattern ENTRY = Pattern.compile("(?:\"[^\"]*(?:\"|\\z)|[^\" ]+)+");

    private BundleLists() {}

    static boolean isList(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return name.startsWith(START) || name.startsWith(INSTALL);
    }

    /**
     * The entries of all lists whose keys begin alike.
     *
     * @param prefix {@link #START} or {@link #INSTALL}
     * @return the locations, each once
     */
    static SortedSet<String> locations(Map<String, String> configuration, String prefix) {
        SortedSet<String> locations = new TreeSet<>();
        configuration.forEach((key, value) -> {
            Matcher entry = ENTRY.matcher(value);
            while (key.startsWith(prefix) && entry.find()) {
                locations.add(location(entry.group()));
            }
        });
        return locations;
    }

    /** Quotes may stand anywhere in an entry; what is between two of them is trimmed. */
    private static String location(String entry) {
        return Arrays.stream(entry.split("\"")).map(String::trim).collect(Collectors.joining());
    }
}
