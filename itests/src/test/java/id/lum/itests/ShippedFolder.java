package id.lum.itests;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A private copy of the folder that is shipped, and what its {@code conf/config.properties} says. */
final class ShippedFolder {
    private static final String BUNDLES = "felix.auto.start.";
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]+)}");

    private final Path home;
    private final Path etc;
    private final Path data;
    private final Properties config = new Properties();

    private ShippedFolder(Path home, Path etc, Path data) throws IOException {
        this.home = home;
        this.etc = etc;
        this.data = data;
        try (InputStream text = Files.newInputStream(home.resolve("conf/config.properties"))) {
            config.load(text);
        }
    }

    /**
     * Unpacks the archive that the build has just made.
     *
     * @param name a name of its own for the copy, below the build folder
     */
    static ShippedFolder copy(String name) {
        Path place = Path.of(System.getProperty("lumid.containers"), name).toAbsolutePath();
        try {
            delete(place);
            Files.createDirectories(place);
            // Not by hand: what counts is what an operator gets, file modes included.
            Process tar = new ProcessBuilder("tar", "xzf", System.getProperty("lumid.archive"), "-C", place.toString())
                    .inheritIO()
                    .start();
            if (tar.waitFor() != 0) {
                throw new IllegalStateException("tar could not unpack the archive");
            }
            Path home = place.resolve("lumid");
            return new ShippedFolder(home, home.resolve("etc"), home.resolve("data"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The same folder as {@code bin/lumid demo} runs it, where the demo plugin plays both hosts. */
    ShippedFolder demo() {
        try {
            return new ShippedFolder(home, home.resolve("demo/etc"), home.resolve("data/demo"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same, whose hosts wait far longer for a hook that is being replaced than a busy machine takes for that. */
    ShippedFolder patient() {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(one -> one.getFileName().toString().startsWith("id.lum.hooks.host-"))
                    .toList()) {
                Files.writeString(
                        file, Files.readString(file).replaceFirst("(?m)^grace.ms = \\d+$", "grace.ms = 20000"));
            }
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path home() {
        return home;
    }

    /**
     * What {@code bin/lumid} tells the container: the folder, where configuration is read from, and where data is kept.
     */
    Map<String, String> places() {
        return Map.of("lumid.home", home.toString(), "lumid.etc", etc.toString(), "lumid.data", data.toString());
    }

    /** The locations of the bundles, by the start level at which they start. */
    SortedMap<Integer, List<String>> bundles() {
        SortedMap<Integer, List<String>> byLevel = new TreeMap<>();
        for (String key : config.stringPropertyNames()) {
            if (key.startsWith(BUNDLES)) {
                List<String> locations = new ArrayList<>();
                Matcher quoted = QUOTED.matcher(resolved(config.getProperty(key)));
                while (quoted.find()) {
                    locations.add(quoted.group(1));
                }
                byLevel.put(Integer.valueOf(key.substring(BUNDLES.length())), locations);
            }
        }
        return byLevel;
    }

    /** Everything that is no list of bundles. */
    Map<String, String> frameworkProperties() {
        return config.stringPropertyNames().stream()
                .filter(key -> !key.startsWith(BUNDLES))
                .collect(toMap(key -> key, key -> resolved(config.getProperty(key))));
    }

    private String resolved(String value) {
        return PLACEHOLDER
                .matcher(value)
                .replaceAll(found -> Matcher.quoteReplacement(
                        Optional.ofNullable(places().get(found.group(1))).orElseThrow()));
    }

    /** Deletes a folder and all that is in it, if there is one. */
    static void delete(Path place) throws IOException {
        if (Files.exists(place)) {
            try (Stream<Path> all = Files.walk(place)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }
}
