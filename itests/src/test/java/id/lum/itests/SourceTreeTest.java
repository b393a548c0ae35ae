package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the sources of every module. The examples are projects of others and follow rules of their own. */
class SourceTreeTest {
    // Surefire runs in the folder of the module.
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String MAIN = "src/main/java";
    private static final String GROUP = "id.lum";
    private static final int MAX_LINES = 400;

    @Test
    void everyModuleHasTheGroupOfTheProjectAndPackagesNamedLikeItsArtifact() throws IOException {
        List<Path> modules = modulesWithMainCode();
        assertThat(modules).hasSizeGreaterThan(8);
        for (Path module : modules) {
            String pom = Files.readString(module.resolve("pom.xml"));
            String parent = pom.split("<parent>")[1].split("</parent>")[0];
            String own = pom.split("</parent>")[1].split("<dependencies>")[0];
            String artifact = own.split("<artifactId>")[1].split("</artifactId>")[0];
            assertThat(parent).as("parent of " + module).contains("<groupId>" + GROUP + "</groupId>");
            assertThat(own).as("group of " + module).doesNotContain("<groupId>");
            assertThat(artifact).as("artifact of " + module).startsWith(GROUP + ".");
            assertThat(packagesOf(module))
                    .as("packages of " + module)
                    .isNotEmpty()
                    .allMatch(name -> (name + ".").startsWith(artifact + "."));
        }
    }

    @Test
    void noFileOfMainCodeHasMoreThan400Lines() throws IOException {
        Map<Path, Integer> tooLong = new TreeMap<>();
        for (Path module : modulesWithMainCode()) {
            for (Path file : javaFilesOf(module)) {
                int lines = Files.readAllLines(file).size();
                if (lines > MAX_LINES) {
                    tooLong.put(ROOT.relativize(file), lines);
                }
            }
        }
        assertThat(tooLong).as("files with more than " + MAX_LINES + " lines").isEmpty();
    }

    private static List<Path> modulesWithMainCode() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 3)) {
            return files.filter(file -> file.endsWith("pom.xml"))
                    .map(Path::getParent)
                    .filter(folder -> Files.isDirectory(folder.resolve(MAIN)))
                    .filter(folder -> !folder.startsWith(ROOT.resolve("examples")))
                    .sorted()
                    .toList();
        }
    }

    private static Set<String> packagesOf(Path module) throws IOException {
        Path root = module.resolve(MAIN);
        return javaFilesOf(module).stream()
                .map(file -> root.relativize(file.getParent()).toString().replace('/', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> javaFilesOf(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module.resolve(MAIN))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
