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
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * README.md, the page on settings and the commented configuration agree with the bundles; the tour: {@link TourTest}.
 */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final String METATYPE = "OSGI-INF/metatype/";
    private static final String LAUNCHER = "distribution/felix/target/lumid/bin/lumid";

    /** A variable of the environment, as a shipped file and as the page names it. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\[env:([A-Z_]+)");

    private static final Pattern NAMED_VARIABLE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)+)`");

    private static final Pattern PROPERTY_OF_PID = Pattern.compile("`([.a-z]+)` of\\s+`(id\\.lum\\.[.a-z]+)");

    private static String readme;
    private static String settingsPage;
    private static Path home;
    private static List<Setting> settings;

    /** A property as a bundle declares it for tools. */
    private record Setting(String pid, String property, Optional<String> fallback) {}

    @BeforeAll
    static void read() throws Exception {
        // Surefire runs in the folder of the module.
        readme = Files.readString(ROOT.resolve("README.md"));
        settingsPage = Files.readString(ROOT.resolve("docs/operate/settings.md"));
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
                    .as("settings.md on %s of %s", setting.property(), setting.pid())
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
    void everyPropertyInTheTableOfAPidIsDeclared() {
        Set<String> documented = new TreeSet<>();
        for (String pid : pids()) {
            sectionOf(pid)
                    .lines()
                    .filter(line -> line.startsWith("| `"))
                    .forEach(line -> documented.add(pid + " " + line.split("`")[1]));
        }
        assertThat(documented)
                .containsExactlyElementsOf(settings.stream()
                        .map(setting -> setting.pid() + " " + setting.property())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void propertiesThatAPageNamesWithTheirPidAreDeclared() throws IOException {
        Set<String> declared = settings.stream()
                .map(setting -> setting.pid() + " " + setting.property())
                .collect(Collectors.toSet());
        Set<String> named = new TreeSet<>();
        try (Stream<Path> pages = Files.walk(ROOT.resolve("docs"))) {
            for (Path page :
                    pages.filter(file -> file.toString().endsWith(".md")).toList()) {
                PROPERTY_OF_PID
                        .matcher(Files.readString(page))
                        .results()
                        .forEach(found -> named.add(found.group(2) + " " + found.group(1)));
            }
        }
        assertThat(named).hasSizeGreaterThan(5).isSubsetOf(declared);
    }

    @Test
    void environmentVariablesOfTheShippedFilesAreInTheSectionOfTheirPid() throws IOException {
        for (String pid : pids()) {
            try (Stream<Path> files = Files.list(home.resolve("etc"))) {
                Set<String> read = new TreeSet<>();
                for (Path file : files.filter(
                                one -> one.getFileName().toString().startsWith(pid))
                        .toList()) {
                    read.addAll(groups(VARIABLE, Files.readString(file)));
                }
                assertThat(groups(NAMED_VARIABLE, sectionOf(pid))).as(pid).isEqualTo(read);
            }
        }
    }

    @Test
    void readmeIsShortEnoughToBeRead() {
        assertThat(readme.lines().count()).isLessThanOrEqualTo(150);
    }

    @Test
    void settingsThatReadmeNamesAreDeclaredInTheFilesItNames() throws IOException {
        List<String> rows = readme.split("## Configure\n")[1]
                .split("\n## ")[0]
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows).hasSize(5);
        for (String row : rows) {
            String[] cells = row.split("\\|");
            String file = cells[2].split("`")[1];
            String text = Files.readString(home.resolve("etc").resolve(file));
            assertThat(groups(Pattern.compile("`([^`]+)`"), cells[1]))
                    .isNotEmpty()
                    .allSatisfy(property -> assertThat(text).as(file).contains("\n" + property + " ="));
        }
    }

    @Test
    void theTestCommandIsTheOneThatContinuousIntegrationRuns() throws IOException {
        assertThat(commandOf("Test")).isEqualTo("mvn -B verify");
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).endsWith("\nexec " + commandOf("Test") + "\n");
    }

    /** Else nobody would notice that they are not run. */
    @Test
    void continuousIntegrationRunsTheTestsWithARealPlugin() throws IOException {
        String variable = "LUMID_REAL_PLUGIN";
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("export " + variable + "=on\n");
        assertThat(Files.readString(ROOT.resolve("CONTRIBUTING.md"))).contains(variable + "=on " + commandOf("Test"));
        assertThat(Files.readString(Path.of("pom.xml")).split("<id>real-plugin</id>")[1])
                .contains("<name>env." + variable + "</name>");
    }

    @Test
    void theRunCommandBuildsAndStartsTheTourThatTheseTestsRun() {
        assertThat(commandOf("Run")).isEqualTo("mvn -q -DskipTests package && " + LAUNCHER + " tour");
        assertThat(ROOT.resolve(LAUNCHER)).isExecutable();
    }

    /** The one command below a heading of README.md. */
    private static String commandOf(String heading) {
        return readme.split("\n## " + heading + "\n")[1].split("```\n")[1].strip();
    }

    private static Set<String> pids() {
        return settings.stream().map(Setting::pid).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String sectionOf(String pid) {
        return Stream.of(settingsPage.split("\n### "))
                .filter(text -> text.startsWith("`" + pid))
                .findFirst()
                .orElse("");
    }

    private static String rowOf(Setting setting) {
        return sectionOf(setting.pid())
                .lines()
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
