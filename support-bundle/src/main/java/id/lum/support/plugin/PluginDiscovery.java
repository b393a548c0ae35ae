package id.lum.support.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds files that are named like plugins: for the prefix VAULT {@code vault} and a suffix that says what can run it,
 * in a folder of plugins or in its folder {@code vault}. The first folder that has one counts, and in it the folder
 * {@code vault}, as configmanager has it. Nothing is ever downloaded.
 */
final class PluginDiscovery {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,63}");

    private final String suffix;

    /** @param suffix how the name of a plugin ends, after its prefix in lower case */
    PluginDiscovery(String suffix) {
        this.suffix = suffix;
    }

    /**
     * What was found.
     *
     * @param files by prefix
     * @param unreadable folders that could not be read, and why
     */
    record Discovered(Map<String, PluginFile> files, Map<Path, IOException> unreadable) {}

    /**
     * Looks into the folders.
     *
     * @param roots folders of plugins; one that is not there has none
     */
    Discovered find(List<Path> roots) {
        Map<String, PluginFile> found = new TreeMap<>();
        Map<Path, IOException> unreadable = new LinkedHashMap<>();
        for (Path root : roots) {
            List<Path> candidates = new ArrayList<>();
            List<Path> entries;
            try {
                entries = entries(root);
            } catch (IOException failed) {
                unreadable.put(root, failed);
                continue;
            }
            for (Path entry : entries) {
                if (isName(entry) && Files.isDirectory(entry)) {
                    candidates.add(entry.resolve(entry.getFileName() + suffix));
                }
            }
            candidates.addAll(entries);
            for (Path candidate : candidates) {
                String name = candidate.getFileName().toString();
                if (name.endsWith(suffix) && Files.exists(candidate)) {
                    String prefix = name.substring(0, name.length() - suffix.length());
                    if (NAME.matcher(prefix).matches()) {
                        String upper = prefix.toUpperCase(Locale.ROOT);
                        found.putIfAbsent(upper, new PluginFile(upper, root, candidate));
                    }
                }
            }
        }
        return new Discovered(found, unreadable);
    }

    private static boolean isName(Path entry) {
        return NAME.matcher(entry.getFileName().toString()).matches();
    }

    private static List<Path> entries(Path root) throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        }
    }
}
