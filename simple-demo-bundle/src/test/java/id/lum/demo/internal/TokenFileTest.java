package id.lum.demo.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.hooks.PrincipalContext;
import id.lum.testing.CapturedLog;
import id.lum.testing.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenFileTest {
    private static final String CANARY = "canary-4711";

    @TempDir
    Path directory;

    private Path path;
    private TokenFile file;
    private CapturedLog log;

    @BeforeEach
    void capture() {
        path = directory.resolve("tokens.json");
        file = new TokenFile(path);
        log = new CapturedLog();
    }

    @AfterEach
    void release() {
        log.close();
    }

    @Test
    void missingFileIsCreatedWithTheDemoTokens() {
        assertThat(file.tokens())
                .contains(Map.of("demo-admin-token", Principals.ALICE, "demo-user-token", Principals.BOB));
        assertThat(new TokenFile(path).tokens()).isEqualTo(file.tokens());
        assertThat(log.lines()).singleElement().asString().contains(" WARN ", path.toString());
    }

    @Test
    void createdFileAndDirectoriesAreTheirOwnersAlone() throws IOException {
        Path deep = directory.resolve("a/b/tokens.json");
        new TokenFile(deep).tokens();
        assertThat(permissions(deep)).isEqualTo("rw-------");
        assertThat(permissions(directory.resolve("a/b"))).isEqualTo("rwx------");
        assertThat(permissions(directory.resolve("a"))).isEqualTo("rwx------");
        assertThat(deep.getParent()).isDirectoryNotContaining(other -> !other.equals(deep));
    }

    @Test
    void fileThatIsThereIsNotOverwritten() throws IOException {
        write(entry("mine", "carol"));
        assertThat(tokens()).containsOnlyKeys("mine");
        assertThat(path).hasContent(entry("mine", "carol"));
    }

    @Test
    void everyMemberOfAnEntryIsRead() throws IOException {
        write("""
                {"t": {"scopes": ["b", "a"], "principal_type": "robot", "external_id": "x@example.com",
                       "org_id": "", "principal_id": "r2"}}""");
        assertThat(tokens())
                .containsExactly(
                        Map.entry("t", new PrincipalContext("r2", "", "x@example.com", "robot", List.of("b", "a"))));
    }

    @Test
    void emptyObjectMeansNoTokens() throws IOException {
        write("{}");
        assertThat(file.tokens()).contains(Map.of());
        assertThat(log.errors()).isEmpty();
    }

    @Test
    void fileOfOneMebibyteIsRead() throws IOException {
        String entry = entry("t", "bob");
        write(entry + " ".repeat(TokenFile.MAX_BYTES - entry.length()));
        assertThat(tokens()).containsOnlyKeys("t");
    }

    @Test
    void changedModificationTimeAloneIsSeen() throws IOException {
        write(entry("a", "bob"));
        tokens();
        FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(path).toMillis() + 1000);
        write(entry("b", "bob"));
        Files.setLastModifiedTime(path, later);
        assertThat(tokens()).containsOnlyKeys("b");
    }

    @Test
    void changedSizeAloneIsSeen() throws IOException {
        write(entry("a", "bob"));
        tokens();
        FileTime same = Files.getLastModifiedTime(path);
        write(entry("bb", "bob"));
        Files.setLastModifiedTime(path, same);
        assertThat(tokens()).containsOnlyKeys("bb");
    }

    @Test
    void changedFileKeyAloneIsSeen() throws IOException {
        write(entry("a", "bob"));
        tokens();
        Path other = Files.writeString(directory.resolve("other"), entry("b", "bob"));
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(path));
        Files.delete(path);
        Files.move(other, path);
        assertThat(tokens()).containsOnlyKeys("b");
    }

    @Test
    void fileThatDidNotChangeIsNotReadAgain() throws IOException {
        write(entry("a", "bob"));
        tokens();
        FileTime same = Files.getLastModifiedTime(path);
        write(entry("b", "bob"));
        Files.setLastModifiedTime(path, same);
        assertThat(tokens()).containsOnlyKeys("a");
    }

    static Stream<Arguments> malformed() {
        String whole = "\"org_id\": \"o\", \"external_id\": \"e\", \"principal_type\": \"t\"";
        return Stream.of(
                arguments("", "is not a JSON object of tokens"),
                arguments(CANARY, "is not well-formed JSON, at line 1, column "),
                arguments(
                        "{\n\n  \"" + CANARY + "\": " + CANARY + "\n}", "is not well-formed JSON, at line 3, column "),
                arguments("{\"" + CANARY, "is not well-formed JSON, at line 1, column "),
                arguments("{\"" + CANARY + "\": {", "is not well-formed JSON, at line 1, column "),
                arguments("{} " + CANARY, "is not well-formed JSON, at line 1, column "),
                arguments("{}\n{\"" + CANARY + "\": 1}", "is not well-formed JSON, at line 2, column "),
                arguments("{/* " + CANARY + " */}", "is not well-formed JSON, at line 1, column "),
                arguments("{\"" + CANARY + "\": " + "[".repeat(100_000), "is nested too deeply"),
                arguments("{\"" + CANARY.repeat(10_000) + "\": 1}", "a name or number that is too long"),
                arguments("{\"" + CANARY + "\u00ff\": 1}", "is not UTF-8 text"),
                arguments("[\"" + CANARY + "\"]", "is not a JSON object of tokens"),
                arguments("\"" + CANARY + "\"", "is not a JSON object of tokens"),
                arguments("null", "is not a JSON object of tokens"),
                arguments(
                        "{\"" + CANARY + "\": " + body("bob") + ",\n \"" + CANARY + "\": " + body("bob") + "}",
                        "has a token or member twice, at line 2, column "),
                arguments(
                        "{\"t\": {\"principal_id\": \"a\", \n\n\"principal_id\": \"" + CANARY + "\"}}",
                        "has a token or member twice, at line 3, column "),
                arguments("{\"" + CANARY + "\": \"bob\"}", "is wrong in entry 1: a token must stand for a JSON object"),
                arguments(
                        "{\"t\": " + body("bob") + ", \"" + CANARY + "\": null}",
                        "is wrong in entry 2: a token must stand for a JSON object"),
                arguments("{\"  \": " + body(CANARY) + "}", "is wrong in entry 1: the token must not be blank"),
                arguments(
                        "{\"" + CANARY + "\": " + body(" ") + "}",
                        "is wrong in entry 1: principal_id must not be blank"),
                arguments(
                        "{\"" + CANARY + "\": " + body("bob").replace("}", ", \"" + CANARY + "\": 1}") + "}",
                        "is wrong in entry 1: it has an unknown member"),
                arguments(missing("principal_id"), "is wrong in entry 1: principal_id is missing"),
                arguments(missing("org_id"), "is wrong in entry 1: org_id is missing"),
                arguments(missing("external_id"), "is wrong in entry 1: external_id is missing"),
                arguments(missing("principal_type"), "is wrong in entry 1: principal_type is missing"),
                arguments(missing("scopes"), "is wrong in entry 1: scopes is missing"),
                arguments(
                        "{\"t\": {\"principal_id\": [\"" + CANARY + "\"], \"scopes\": [], " + whole + "}}",
                        "is wrong in entry 1: principal_id must be text"),
                arguments(
                        "{\"" + CANARY + "\": {\"principal_id\": 7, \"scopes\": [], " + whole + "}}",
                        "is wrong in entry 1: principal_id must be text"),
                arguments(
                        "{\"t\": {\"principal_id\": \"p\", \"scopes\": \"" + CANARY + "\", " + whole + "}}",
                        "is wrong in entry 1: scopes must be a list of texts"),
                arguments(
                        "{\"t\": {\"principal_id\": \"p\", \"scopes\": [\"" + CANARY + "\", 1], " + whole + "}}",
                        "is wrong in entry 1: scopes must be a list of texts"),
                arguments(
                        "{\"t\": {\"principal_id\": \"p\", \"scopes\": {\"" + CANARY + "\": \"a\"}, " + whole + "}}",
                        "is wrong in entry 1: scopes must be a list of texts"),
                arguments(
                        "{\"" + CANARY + "\": {\"principal_id\": \"p\", \"scopes\": null, " + whole + "}}",
                        "is wrong in entry 1: scopes must be a list of texts"),
                arguments(
                        "{\"" + CANARY + "\": " + body("bob") + "}" + " ".repeat(TokenFile.MAX_BYTES),
                        "is larger than 1 MiB"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedFileKeepsTheLastGoodTokensAndIsReportedOnceWithoutItsContent(String content, String fault)
            throws IOException {
        write(entry("good", "bob"));
        tokens();
        Files.write(path, content.getBytes(ISO_8859_1));

        assertThat(tokens()).containsOnlyKeys("good");
        assertThat(tokens()).containsOnlyKeys("good");

        // One line in all: neither a second report nor the stack trace of a cause.
        assertThat(log.lines())
                .singleElement()
                .asString()
                .contains(" ERROR ", "id.lum.demo", path.toString(), "tokens.file", fault, "last good tokens stay")
                .doesNotContain(CANARY);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void fileThatWasNeverGoodGivesNoTokensUntilItIsMended(String content, String fault) throws IOException {
        Files.write(path, content.getBytes(ISO_8859_1));
        assertThat(file.tokens()).isEmpty();
        assertThat(file.tokens()).isEmpty();
        assertThat(log.lines())
                .singleElement()
                .asString()
                .contains(" ERROR ", path.toString(), fault, "nobody can be identified")
                .doesNotContain(CANARY);

        write(entry("mended", "bob"));
        assertThat(tokens()).containsOnlyKeys("mended");
    }

    @Test
    void everyChangedStateOfAMalformedFileIsReported() throws IOException {
        write(entry("good", "bob"));
        tokens();
        // The sentence is the same for both: only the state of the file differs.
        write("[]");
        tokens();
        write("[ ]");
        tokens();
        assertThat(log.errors()).hasSize(2);
        write(entry("mended", "bob"));
        assertThat(tokens()).containsOnlyKeys("mended");
        write("{");
        assertThat(tokens()).containsOnlyKeys("mended");
        assertThat(log.errors()).hasSize(3);
    }

    @Test
    void deletedFileKeepsTheLastGoodTokensAndIsNotBroughtBack() throws IOException {
        write(entry("good", "bob"));
        tokens();
        Files.delete(path);

        assertThat(tokens()).containsOnlyKeys("good");
        assertThat(tokens()).containsOnlyKeys("good");
        assertThat(path).doesNotExist();
        assertThat(log.lines()).singleElement().asString().contains(" ERROR ", path.toString(), "does not exist");

        write(entry("back", "bob"));
        assertThat(tokens()).containsOnlyKeys("back");
    }

    @Test
    void directoryInPlaceOfTheFileIsReportedOnceAndRecovers() throws IOException {
        Files.createDirectory(path);
        assertThat(file.tokens()).isEmpty();
        assertThat(file.tokens()).isEmpty();
        assertThat(log.lines()).singleElement().asString().contains(" ERROR ", path.toString(), "not a regular file");

        Files.delete(path);
        assertThat(tokens()).containsOnlyKeys("demo-admin-token", "demo-user-token");
    }

    @Test
    void directoryThatCannotBeMadeIsReportedOnceAndTriedAgain() throws IOException {
        // A link into nowhere stops even root, whom no permission stops.
        Path nowhere = directory.resolve("nowhere");
        Path link = Files.createSymbolicLink(directory.resolve("link"), nowhere);
        TokenFile behindLink = new TokenFile(link.resolve("tokens.json"));

        assertThat(behindLink.tokens()).isEmpty();
        assertThat(behindLink.tokens()).isEmpty();
        assertThat(log.lines())
                .singleElement()
                .asString()
                .contains(" ERROR ", link.resolve("tokens.json").toString(), "tokens.file", "cannot be created");

        Files.createDirectory(nowhere);
        assertThat(behindLink.tokens().orElseThrow()).containsOnlyKeys("demo-admin-token", "demo-user-token");
    }

    @Test
    void fileBelowAFileIsReportedOnceAndRecovers() throws IOException {
        write("a file, no directory");
        TokenFile below = new TokenFile(path.resolve("tokens.json"));
        assertThat(below.tokens()).isEmpty();
        assertThat(below.tokens()).isEmpty();
        assertThat(log.lines())
                .singleElement()
                .asString()
                .contains(" ERROR ", path.resolve("tokens.json").toString(), "cannot be read");

        Files.delete(path);
        assertThat(below.tokens().orElseThrow()).containsOnlyKeys("demo-admin-token", "demo-user-token");
    }

    @Test
    void manyThreadsReportAFaultOnce() throws Exception {
        write(entry("good", "bob"));
        tokens();
        write("{");
        Together.run(thread -> assertThat(tokens()).containsOnlyKeys("good"));
        assertThat(log.errors()).hasSize(1);
    }

    @Test
    void manyThreadsCreateOneFile() throws Exception {
        Together.run(
                thread -> assertThat(new TokenFile(path).tokens().orElseThrow().keySet())
                        .isEqualTo(Set.of("demo-admin-token", "demo-user-token")));
        assertThat(directory).isDirectoryNotContaining(other -> !other.equals(path));
        assertThat(log.errors()).isEmpty();
    }

    private Map<String, PrincipalContext> tokens() {
        return file.tokens().orElseThrow();
    }

    private void write(String content) throws IOException {
        Files.writeString(path, content);
    }

    private static String permissions(Path place) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(place));
    }

    private static String entry(String token, String principalId) {
        return "{\"" + token + "\": " + body(principalId) + "}";
    }

    private static String body(String principalId) {
        return "{\"principal_id\": \"" + principalId + "\", \"org_id\": \"demo\", \"external_id\": \"e\","
                + " \"principal_type\": \"user\", \"scopes\": [\"user\"]}";
    }

    private static String missing(String member) {
        String without = Stream.of("principal_id", "org_id", "external_id", "principal_type", "scopes")
                .filter(one -> !one.equals(member))
                .map(one -> "\"" + one + "\": " + (one.equals("scopes") ? "[]" : "\"" + CANARY + "\""))
                .reduce((one, other) -> one + ", " + other)
                .orElseThrow();
        return "{\"" + CANARY + "\": {" + without + "}}";
    }
}
