package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileStoreTest {
    private static final String CANARY = "s3cr3t-canary";

    @TempDir
    Path directory;

    private Path root;
    private FileStore store;

    @BeforeEach
    void plant() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        store = new FileStore(root);
        Files.writeString(directory.resolve("outside"), CANARY);
        Files.createDirectory(directory.resolve("root-twin"));
        Files.writeString(directory.resolve("root-twin/secret"), CANARY);
    }

    static Stream<Arguments> contents() {
        return Stream.of(
                arguments("value", "value"),
                arguments("value\n", "value"),
                arguments("value\r\n", "value"),
                arguments("value\n\n", "value\n"),
                arguments("value\r\n\r\n", "value\r\n"),
                arguments("value\r", "value\r"),
                arguments("\nvalue", "\nvalue"),
                arguments(" value ", " value "),
                arguments("a\nb\n", "a\nb"),
                arguments("{\"a\":\"ü\"}\n", "{\"a\":\"ü\"}"),
                arguments("x".repeat(FileStore.MAX_BYTES), "x".repeat(FileStore.MAX_BYTES)));
    }

    @ParameterizedTest
    @MethodSource("contents")
    void contentIsTheValueWithoutOneLineEnd(String content, String value) throws Exception {
        Files.writeString(root.resolve("secret"), content);
        assertThat(store.value("secret", "")).isEqualTo(value);
    }

    static Stream<Arguments> refusedPaths() {
        return Stream.of(
                arguments("", "must name a file under the directory"),
                arguments(".", "must name a file under the directory"),
                arguments("..", "must name a file under the directory"),
                arguments("../outside", "must name a file under the directory"),
                arguments("../root-twin/secret", "must name a file under the directory"),
                arguments("a/../secret", "must name a file under the directory"),
                arguments("a/../../outside", "must name a file under the directory"),
                arguments("./secret", "must name a file under the directory"),
                arguments("/etc/hostname", "must be relative"),
                arguments("//etc/hostname", "must be relative"),
                arguments("a\0b", "that is no path"),
                arguments("nothing", "there is no such file"),
                arguments("a/nothing", "there is no such file"),
                arguments("a", "not a regular file"));
    }

    @ParameterizedTest
    @MethodSource("refusedPaths")
    void pathThatIsNoFileUnderTheDirectoryIsRefused(String path, String sentence) throws Exception {
        Files.createDirectory(root.resolve("a"));
        Files.writeString(root.resolve("secret"), CANARY);
        refused(path, Reason.RETRIEVAL_FAILED, sentence);
    }

    @Test
    void absolutePathOfAFileUnderTheDirectoryIsRefused() throws Exception {
        Files.writeString(root.resolve("secret"), CANARY);
        refused(root.resolve("secret").toString(), Reason.RETRIEVAL_FAILED, "must be relative");
    }

    @Test
    void linksAreFollowedInsideTheDirectoryOnly() throws Exception {
        Files.createDirectory(root.resolve("..2026_11"));
        Files.writeString(root.resolve("..2026_11/secret"), "inside");
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..2026_11"));
        Files.createSymbolicLink(root.resolve("secret"), Path.of("..data/secret"));
        assertThat(store.value("secret", "")).isEqualTo("inside");
        assertThat(store.value("..data/secret", "")).isEqualTo("inside");

        Files.createSymbolicLink(root.resolve("out"), directory.resolve("outside"));
        Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("twin"), directory.resolve("root-twin"));
        Files.createSymbolicLink(root.resolve("back"), root);
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("nowhere"));
        refused("out", Reason.RETRIEVAL_FAILED, "outside the directory");
        refused("up/outside", Reason.RETRIEVAL_FAILED, "outside the directory");
        refused("twin/secret", Reason.RETRIEVAL_FAILED, "outside the directory");
        refused("back", Reason.RETRIEVAL_FAILED, "not a regular file");
        refused("loop", Reason.SERVICE_CALL_FAILED, "cannot be read");
        refused("dangling", Reason.RETRIEVAL_FAILED, "there is no such file");
        assertThat(store.value("back/secret", "")).isEqualTo("inside");
    }

    @Test
    void directoryMayItselfBeALink() throws Exception {
        Files.writeString(root.resolve("secret"), "value");
        Path link = Files.createSymbolicLink(directory.resolve("link"), root);
        assertThat(new FileStore(link).value("secret", "")).isEqualTo("value");
    }

    /** As Kubernetes does it: a link is exchanged, and the old files go. */
    @Test
    void rotationIsFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("secret"), Path.of("..data/secret"));
        rotateTo("first", "..1");
        assertThat(store.value("secret", "")).isEqualTo("first");
        rotateTo("second", "..2");
        Files.delete(root.resolve("..1/secret"));
        Files.delete(root.resolve("..1"));
        assertThat(store.value("secret", "")).isEqualTo("second");
    }

    private void rotateTo(String value, String version) throws IOException {
        Files.writeString(Files.createDirectory(root.resolve(version)).resolve("secret"), value);
        Files.createSymbolicLink(root.resolve("..data_tmp"), Path.of(version));
        Files.move(
                root.resolve("..data_tmp"),
                root.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void pipeIsNotOpened() throws Exception {
        Process process = new ProcessBuilder("mkfifo", root.resolve("pipe").toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        refused("pipe", Reason.RETRIEVAL_FAILED, "not a regular file");
    }

    @Test
    void deviceBehindALinkIsNotOpened() throws Exception {
        FileStore devices = new FileStore(Path.of("/dev"));
        assertThatThrownBy(() -> devices.value("zero", "")).hasMessageContaining("not a regular file");
    }

    @Test
    void whatIsTooLargeOrEmptyOrNoTextIsRefused() throws Exception {
        Files.writeString(root.resolve("large"), "x".repeat(FileStore.MAX_BYTES + 1));
        Files.writeString(root.resolve("empty"), "");
        Files.writeString(root.resolve("line"), "\n");
        Files.write(root.resolve("latin"), (CANARY + "\u00fc").getBytes(StandardCharsets.ISO_8859_1));
        refused("large", Reason.RETRIEVAL_FAILED, "larger than 1 MiB");
        refused("empty", Reason.EMPTY_RESPONSE, "is empty");
        refused("line", Reason.EMPTY_RESPONSE, "is empty");
        refused("latin", Reason.RETRIEVAL_FAILED, "not UTF-8");
    }

    @Test
    void metadataIsRefusedAndNotRepeated() throws Exception {
        Files.writeString(root.resolve("secret"), CANARY);
        assertThatThrownBy(() -> store.value("secret", "role=" + CANARY))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("no metadata")
                .hasMessageNotContaining(CANARY);
    }

    @Test
    void absentDirectoryIsAFailureOfTheStoreAndMendsItself() throws Exception {
        FileStore later = new FileStore(directory.resolve("later"));
        assertThatThrownBy(() -> later.value("secret", ""))
                .isInstanceOfSatisfying(
                        TokenStoreException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.CLIENT_INITIALIZATION_FAILED));
        Files.writeString(Files.createDirectory(directory.resolve("later")).resolve("secret"), "now");
        assertThat(later.value("secret", "")).isEqualTo("now");
    }

    private void refused(String path, Reason reason, String sentence) {
        assertThatThrownBy(() -> store.value(path, ""))
                .isInstanceOfSatisfying(
                        TokenStoreException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason))
                .hasMessageContaining(sentence)
                .hasMessageNotContaining(CANARY)
                .hasMessageNotContaining(directory.toString())
                .hasNoCause();
    }
}
