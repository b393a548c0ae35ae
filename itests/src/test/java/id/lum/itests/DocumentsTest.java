package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
    private static final Pattern QUOTE =
            Pattern.compile("<!-- (examples/\\S+) -->\n```[a-z]+\n(.*?)```", Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    private static final Pattern CODE = Pattern.compile("```.*?```|`[^`\n]*`", Pattern.DOTALL);

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
        assertThat(quoted).containsExactlyElementsOf(javaFilesOfTheExamplesAnd("examples/guard/pom.xml"));
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

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            String text = CODE.matcher(Files.readString(page)).replaceAll("");
            for (MatchResult link : matches(LINK, text)) {
                String target = link.group(1);
                if (!target.startsWith("https://") && !leadsSomewhere(page, target)) {
                    broken.add(ROOT.relativize(page) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyDecisionIsListed() throws IOException {
        String index = Files.readString(ROOT.resolve("docs/adr/README.md"));
        try (Stream<Path> decisions = Files.list(ROOT.resolve("docs/adr"))) {
            assertThat(decisions.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .allSatisfy(name -> assertThat(index).contains("](" + name + ")"));
        }
    }

    private static List<String> javaFilesOfTheExamplesAnd(String pom) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("examples"))) {
            return Stream.concat(
                            files.filter(file -> file.toString().endsWith(".java"))
                                    .filter(file -> !file.toString().contains("/target/"))
                                    .map(file -> ROOT.relativize(file).toString()),
                            Stream.of(pom))
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
