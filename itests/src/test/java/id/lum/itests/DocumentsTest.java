package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.policy.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pages for users agree with each other and with the files that they quote. */
class DocumentsTest {
    // Surefire runs in the folder of the module.
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A comment that names a file, and the block below it. */
    private static final Pattern QUOTE = Pattern.compile(
            "<!-- ((?:examples|distribution/tour|wasi-store-bundle/src/test/wasm)/\\S+) -->\n```[a-z]+\n(.*?)```",
            Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    private static final Pattern CODE = Pattern.compile("```.*?```|`[^`\n]*`", Pattern.DOTALL);

    /**
     * The files by which Karaf knows who may use a command, and so every command there is: KarafIT compares the two.
     */
    private static final Path ACCESS = ROOT.resolve("distribution/karaf/src/main/etc");

    private static final String ACCESS_FILE = "org.apache.karaf.command.acl.%s.cfg";
    private static final List<String> SCOPES = List.of("hooks", "lumid", "flowmesh", "secrets", "demo");
    private static final Pattern ROLE = Pattern.compile("(?m)^([a-z]+) = ([a-z]+)$");

    private static final Pattern COMMAND_ROW =
            Pattern.compile("(?m)^\\| (`(?:p = )?[a-z]+:[^|]*) \\| ([a-z]+) \\| (?:[^|]|\\\\\\|)+\\|$");

    /** A scope of lum.id has a third part. */
    private static final Pattern COMMAND = Pattern.compile("`(?:p = )?([a-z]+:[a-z]+)(?![:a-z])");

    private static final String ADMIN_SCOPE = "flowmesh:admin";

    /** Where a page shows that a command is typed. */
    private static final Pattern TYPED = Pattern.compile(
            "(?m)^(?:g! |karaf@root\\(\\)> )(?:[a-z]+ = )?((?:hooks|lumid|flowmesh|secrets|demo):[a-z]+)");

    private static final Pattern FEATURE = Pattern.compile("<feature name=\"([a-z-]+)\"");
    private static final Pattern INSTALLED =
            Pattern.compile("feature:(?:un)?install (?:--upgrade )?([a-z]+(?:-[a-z]+)*(?: [a-z]+(?:-[a-z]+)*)*)");

    private static final Pattern SCOPE_IN_CODE = Pattern.compile("\"([a-z]+:[a-z]+:[a-z]+)\"");
    private static final Pattern SCOPE_IN_TEXT = Pattern.compile("`([a-z]+:[a-z]+:[a-z]+)`");

    private static List<Path> pages;

    @BeforeAll
    static void find() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> root = Files.list(ROOT)) {
            pages = Stream.concat(docs, root)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
        assertThat(pages).hasSizeGreaterThan(20);
    }

    @Test
    void filesOfTheExamplesAreQuotedAsTheyAre() throws IOException {
        Set<String> quoted = new TreeSet<>();
        for (Path page : pages) {
            for (MatchResult quote : matches(QUOTE, Files.readString(page))) {
                assertThat(quote.group(2))
                        .as(quote.group(1) + " in " + ROOT.relativize(page))
                        .isEqualTo(Files.readString(ROOT.resolve(quote.group(1))));
                quoted.add(quote.group(1));
            }
        }
        assertThat(quoted)
                .containsExactlyElementsOf(javaFilesOfTheExamplesAnd(
                        "examples/guard/pom.xml",
                        "distribution/tour/src/main/java/id/lum/tour/internal/FlowmeshSharing.java",
                        "wasi-store-bundle/src/test/wasm/file-store.c"));
    }

    @Test
    void everyExampleIsBuiltByThePomOfTheGuardUnderItsOwnName() throws IOException {
        String guard = Files.readString(ROOT.resolve("examples/guard/pom.xml"));
        for (String example : List.of("host", "store")) {
            assertThat(withoutName(Files.readString(ROOT.resolve("examples/" + example + "/pom.xml"))))
                    .as("pom.xml of " + example)
                    .isEqualTo(withoutName(guard));
        }
    }

    /** Maven installs no module that has sources and Javadoc, but no jar. */
    @Test
    void theTestKitIsAJarThatAuthorsOfHooksCanInstall() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("testing/target"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.matches("id\\.lum\\.testing-[0-9.]+(-SNAPSHOT)?\\.jar"));
        }
    }

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        assertThat(brokenLinks(pages)).isEmpty();
    }

    @Test
    void pagesThatAreShippedLeadOnlyToWhatIsShippedWithThem() throws IOException {
        Path home = ShippedFolder.copy("DocumentsTest").home();
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> shipped =
                    files.filter(file -> file.toString().endsWith(".md")).toList();
            assertThat(shipped).contains(home.resolve("README.md"), home.resolve("docs/operate/failures.md"));
            assertThat(brokenLinks(shipped)).isEmpty();
        }
    }

    @Test
    void licenseAndVersionAreShipped() throws IOException {
        Path home = ShippedFolder.copy("DocumentsTest").home();
        assertThat(home.resolve("LICENSE")).hasSameTextualContentAs(ROOT.resolve("LICENSE"));
        assertThat(Files.readString(home.resolve("VERSION")))
                .matches("lum\\.id hooks \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
        assertThat(home.resolve("examples/guard/pom.xml")).exists();
        assertThat(home.resolve("examples/guard/target")).doesNotExist();
    }

    private static List<String> brokenLinks(List<Path> pages) throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            String text = CODE.matcher(Files.readString(page)).replaceAll("");
            for (MatchResult link : matches(LINK, text)) {
                String target = link.group(1);
                if (!target.startsWith("https://") && !leadsSomewhere(page, target)) {
                    broken.add(page + " -> " + target);
                }
            }
        }
        return broken;
    }

    @Test
    void everyDecisionIsListed() throws IOException {
        String index = Files.readString(ROOT.resolve("docs/adr/README.md"));
        try (Stream<Path> decisions = Files.list(ROOT.resolve("docs/adr"))) {
            assertThat(decisions.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .allSatisfy(name -> assertThat(index).contains("](" + name + ")"));
        }
    }

    @Test
    void everyCommandIsOnThePageOfCommandsWithTheRoleThatKarafWants() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        String page = Files.readString(ROOT.resolve("docs/operate/commands.md"));
        for (MatchResult row : matches(COMMAND_ROW, page)) {
            matches(COMMAND, row.group(1)).forEach(command -> documented.put(command.group(1), row.group(2)));
        }
        assertThat(documented).isEqualTo(roles());
    }

    @Test
    void everyCommandThatAPageTypesOrNamesIsThere() throws IOException {
        Set<String> known = roles().keySet();
        for (Path page : pages) {
            String text = Files.readString(page);
            assertThat(Stream.concat(matches(TYPED, text).stream(), matches(COMMAND, text).stream())
                            .map(found -> found.group(1))
                            .filter(name -> SCOPES.contains(name.split(":")[0]) && !name.equals(ADMIN_SCOPE)))
                    .as(ROOT.relativize(page).toString())
                    .allSatisfy(name -> assertThat(known).contains(name));
        }
    }

    @Test
    void everyFeatureThatAPageInstallsIsOneOfOurs() throws IOException {
        List<String> ours =
                matches(FEATURE, Files.readString(ROOT.resolve("distribution/karaf/src/main/feature/feature.xml")))
                        .stream()
                        .map(feature -> feature.group(1))
                        .toList();
        for (Path page : pages) {
            for (MatchResult line : matches(INSTALLED, Files.readString(page))) {
                assertThat(ours)
                        .as(ROOT.relativize(page).toString())
                        .contains(line.group(1).split(" "));
            }
        }
        String page = Files.readString(ROOT.resolve("docs/operate/karaf.md"));
        assertThat(ours).isNotEmpty().allSatisfy(feature -> assertThat(page).contains("`" + feature + "`"));
    }

    @Test
    void everyRefusalOfThePolicyHasARemedy() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/operate/failures.md"));
        assertThat(Decision.Denied.REFUSALS)
                .allSatisfy(refusal -> assertThat(page).contains("\n| `" + refusal + "` | "));
    }

    @Test
    void scopesAreThoseOfThePolicies() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/operate/scopes.md"));
        for (String host : List.of("Flowmesh", "Lumilake")) {
            String section = Stream.of(page.split("\n## "))
                    .filter(text -> text.startsWith(host.equals("Flowmesh") ? "FlowMesh," : host + ","))
                    .findFirst()
                    .orElseThrow();
            String policy =
                    Files.readString(ROOT.resolve("%s-adapter-bundle/src/main/java/id/lum/%s/internal/%sPolicy.java"
                            .formatted(host.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT), host)));

            Map<String, List<String>> decided = new TreeMap<>();
            for (String kind : policy.split("kind\\(\"")) {
                if (!kind.startsWith("package")) {
                    decided.put(kind.split("\"")[0], scopes(SCOPE_IN_CODE, kind));
                }
            }
            Map<String, List<String>> documented = new TreeMap<>();
            section.lines()
                    .filter(line -> line.matches("\\| [a-z-]+(, [a-z-]+)* \\|.*") && !line.startsWith("| kind |"))
                    .forEach(line -> Stream.of(line.split("\\|")[1].strip().split(", "))
                            .forEach(kind -> documented.put(kind, scopes(SCOPE_IN_TEXT, line))));
            assertThat(documented).isNotEmpty().isEqualTo(decided);

            String admins = policy.split("Set.of\\(")[1].split("\\)")[0];
            assertThat(Stream.of(admins.split(", ")).map(scope -> scope.replace('"', '`')))
                    .allSatisfy(scope -> assertThat(section).contains(scope));
        }
    }

    private static List<String> scopes(Pattern pattern, String text) {
        return matches(pattern, text).stream().map(scope -> scope.group(1)).toList();
    }

    /** Every command with the role that may use it. */
    private static Map<String, String> roles() throws IOException {
        Map<String, String> roles = new TreeMap<>();
        for (String scope : SCOPES) {
            String file = Files.readString(ACCESS.resolve(ACCESS_FILE.formatted(scope)));
            matches(ROLE, file).forEach(line -> roles.put(scope + ":" + line.group(1), line.group(2)));
        }
        return roles;
    }

    private static List<String> javaFilesOfTheExamplesAnd(String... others) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("examples"))) {
            return Stream.concat(
                            files.filter(file -> file.toString().endsWith(".java"))
                                    .filter(file -> !file.toString().contains("/target/"))
                                    .map(file -> ROOT.relativize(file).toString()),
                            Stream.of(others))
                    .sorted()
                    .toList();
        }
    }

    private static String withoutName(String pom) {
        return pom.replaceFirst("<artifactId>com\\.example\\.[a-z]+</artifactId>", "")
                .replaceFirst("<name>.*</name>", "");
    }

    private static boolean leadsSomewhere(Path page, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
    }

    /**
     * Headings as links name them: lower case, hyphens for blanks, nothing else but letters, digits and underscores.
     */
    private static Set<String> anchors(Path page) throws IOException {
        return Files.readString(page)
                .lines()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }
}
