package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** README.md and the commented configuration say what the bundles say of themselves. */
class ReadmeTest {
    private static final String METATYPE = "OSGI-INF/metatype/";

    private static String readme;
    private static Path home;
    private static List<Setting> settings;

    /** A property as a bundle declares it for tools. */
    private record Setting(String pid, String property, Optional<String> fallback) {}

    @BeforeAll
    static void read() throws Exception {
        // Surefire runs in the folder of the module.
        readme = Files.readString(Path.of("../README.md"));
        home = ShippedFolder.copy("ReadmeTest").home();
        settings = new ArrayList<>();
        try (Stream<Path> jars = Files.list(home.resolve("bundle"))) {
            for (Path jar : jars.filter(file -> file.getFileName().toString().startsWith("id.lum."))
                    .toList()) {
                settings.addAll(settingsOf(jar));
            }
        }
        assertThat(settings).hasSizeGreaterThan(5);
    }

    @Test
    void everyPropertyStandsInTheTableOfItsPidWithItsDefault() {
        for (Setting setting : settings) {
            // The default of a path depends on the container's data folder, so the metatype names none.
            assertThat(rowOf(setting))
                    .as("README on %s of %s", setting.property(), setting.pid())
                    .containsAnyOf(setting.fallback()
                            .map(text -> new String[] {"`" + text + "`"})
                            .orElseGet(() -> new String[] {"none", "in the data folder"}));
        }
    }

    @Test
    void everyPropertyIsSetOrCommentedInTheShippedFiles() throws IOException {
        for (Setting setting : settings) {
            try (Stream<Path> files = Files.list(home.resolve("etc"))) {
                List<Path> ofPid = files.filter(
                                file -> file.getFileName().toString().startsWith(setting.pid()))
                        .toList();
                assertThat(ofPid).as("files of " + setting.pid()).isNotEmpty();
                for (Path file : ofPid) {
                    assertThat(Files.readString(file))
                            .as(setting.property() + " in " + file.getFileName())
                            .containsPattern("(?m)^#? ?" + setting.property().replace(".", "\\.") + " *=");
                }
            }
        }
    }

    @Test
    void theTestCommandIsTheOneThatContinuousIntegrationRuns() throws IOException {
        String command = readme.split("## Test\n\n```\n")[1].split("\n")[0];
        assertThat(command).isEqualTo("mvn -B verify");
        assertThat(Files.readString(Path.of("../.ci/run"))).contains("exec " + command);
    }

    @Test
    void theTourIsShownAsItIsToldWordForWord() throws Exception {
        Path warnings = home.resolve("warnings");
        try (Lumid tour = Lumid.start(
                home, command -> command.redirectErrorStream(false).redirectError(warnings.toFile()), "tour")) {
            assertThat(tour.exit()).as(tour.text()).isZero();
            assertThat(story(tour.text()))
                    .hasSizeGreaterThan(80)
                    .containsExactlyElementsOf(story(readme.split("## Run\n")[1].split("```\n")[3]));
        }
    }

    /** What takes time differs from run to run; everything else is told the same way each time. */
    private static List<String> story(String told) {
        return told.strip()
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.startsWith("  Calls: ") && !line.startsWith("  Denials by rule: "))
                .toList();
    }

    private static String rowOf(Setting setting) {
        String section = Stream.of(readme.split("\n### "))
                .filter(text -> text.startsWith("`" + setting.pid()))
                .findFirst()
                .orElse("");
        return section.lines()
                .filter(line -> line.startsWith("| `" + setting.property() + "` |"))
                // As it is shown.
                .map(line -> line.replace("\\|", "|"))
                .findFirst()
                .orElse("no row");
    }

    private static List<Setting> settingsOf(Path jar) throws Exception {
        List<Setting> found = new ArrayList<>();
        try (JarFile bundle = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(bundle.entries())) {
                if (entry.getName().startsWith(METATYPE) && entry.getName().endsWith(".xml")) {
                    try (InputStream xml = bundle.getInputStream(entry)) {
                        found.addAll(settingsOf(xml));
                    }
                }
            }
        }
        return found;
    }

    private static List<Setting> settingsOf(InputStream xml) throws Exception {
        NodeList classes = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(xml)
                .getElementsByTagName("OCD");
        List<Setting> found = new ArrayList<>();
        for (int i = 0; i < classes.getLength(); i++) {
            Element one = (Element) classes.item(i);
            NodeList attributes = one.getElementsByTagName("AD");
            for (int j = 0; j < attributes.getLength(); j++) {
                Element attribute = (Element) attributes.item(j);
                // A comma within one value is escaped.
                String fallback = attribute.getAttribute("default").replace("\\", "");
                found.add(new Setting(
                        one.getAttribute("id"),
                        attribute.getAttribute("id"),
                        Optional.of(fallback).filter(text -> !text.isEmpty())));
            }
        }
        return found;
    }
}
