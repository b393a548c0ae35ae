package id.lum.itests;

import static org.ops4j.pax.exam.CoreOptions.composite;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/**
 * On which Javas what is shipped can be tried here: the one that runs the tests, and those installed beside it; and how
 * they are started.
 */
final class Javas {
    private static final int OLDEST = 17;

    private Javas() {}

    /** What a Java that a test starts is started with, separated by blanks; maybe nothing. */
    static String options() {
        return System.getProperty("lumid.jvm", "");
    }

    /** The same, for a container of Pax Exam. */
    static Option vmOptions() {
        return composite(Stream.of(options().split(" "))
                .filter(option -> !option.isEmpty())
                .map(CoreOptions::vmOption)
                .toArray(Option[]::new));
    }

    /**
     * One of each version that serves.
     *
     * @return what {@code JAVA_HOME} may be, by version
     */
    static SortedMap<Integer, Path> byVersion() throws IOException {
        SortedMap<Integer, Path> found = new TreeMap<>();
        Path ours = Path.of(System.getProperty("java.home"));
        found.put(Runtime.version().feature(), ours);
        try (Stream<Path> beside = Files.list(ours.toRealPath().getParent())) {
            for (Path java : beside.sorted().toList()) {
                for (int version : versionOf(java)) {
                    found.putIfAbsent(version, java);
                }
            }
        }
        return found.tailMap(OLDEST);
    }

    /** None, if it is no Java that can be run. */
    private static List<Integer> versionOf(Path java) throws IOException {
        Path release = java.resolve("release");
        if (!Files.isReadable(release) || !Files.isExecutable(java.resolve("bin/java"))) {
            return List.of();
        }
        Properties said = new Properties();
        try (Reader text = Files.newBufferedReader(release)) {
            said.load(text);
        }
        String version = said.getProperty("JAVA_VERSION", "").replace("\"", "");
        return version.matches("\\d+(\\..*)?") ? List.of(Integer.valueOf(version.split("\\.")[0])) : List.of();
    }
}
