package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQLite's native library, loaded by class loaders that are new: in the test's own one it is there already. */
class NativeLibraryTest {
    private static final long NO_PROCESS = 99_999_999L;

    @TempDir
    Path folder;

    @AfterEach
    void forget() {
        System.clearProperty(NativeLibrary.UNPACKED_IN);
        System.clearProperty(NativeLibrary.INSTALLED_IN);
    }

    /** The core and the driver as another bundle revision would have them. */
    private static URLClassLoader newLoader() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            try {
                urls.add(Path.of(entry).toUri().toURL());
            } catch (MalformedURLException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Opens and closes a store through a class loader; answers "opened", or the refusal. */
    private String open(ClassLoader loader, Path database) throws Exception {
        try {
            method(loader, OpenOnce.class, "open", String.class).invoke(null, database.toString());
            return "opened";
        } catch (InvocationTargetException failed) {
            assertThat(failed.getCause().getClass().getName()).isEqualTo(StoreRefused.class.getName());
            return failed.getCause().getMessage();
        }
    }

    private static Method method(ClassLoader loader, Class<?> type, String name, Class<?>... parameters)
            throws Exception {
        Method method = loader.loadClass(type.getName()).getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void eachClassLoaderLoadsItsOwnCopyAndNoFileStays() throws Exception {
        try (URLClassLoader one = newLoader();
                URLClassLoader other = newLoader()) {
            assertThat(open(one, folder.resolve("one.sqlite"))).isEqualTo("opened");
            assertThat(open(other, folder.resolve("two.sqlite"))).isEqualTo("opened");
            assertThat(open(one, folder.resolve("two.sqlite"))).isEqualTo("opened");
            assertThat(files()).containsExactly("one.sqlite", "one.sqlite.lock", "two.sqlite", "two.sqlite.lock");
            assertThat(System.getProperty(NativeLibrary.UNPACKED_IN)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NativeLibrary.UNPACKED_IN, NativeLibrary.INSTALLED_IN})
    void aPlaceThatCannotBeUsedIsNamedAndTriedAgain(String property) throws Exception {
        Path chosen = Files.createFile(folder.resolve("chosen"));
        System.setProperty(property, chosen.toString());
        // Else the driver, which looks there too, would find a way.
        System.setProperty(NativeLibrary.UNPACKED_IN, chosen.toString());
        try (URLClassLoader loader = newLoader()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(open(loader, folder.resolve("acl.sqlite")))
                        .contains("SQLite's native library cannot be loaded from " + chosen)
                        .contains("org.sqlite.tmpdir");
            }
            System.clearProperty(NativeLibrary.INSTALLED_IN);
            Files.delete(chosen);
            Files.createDirectory(chosen);
            assertThat(open(loader, folder.resolve("acl.sqlite"))).isEqualTo("opened");
            assertThat(files()).containsExactly("acl.sqlite", "acl.sqlite.lock", "chosen");
        }
    }

    /** In a ZIP file, which stands for a mount with noexec: to make one takes root. */
    @Test
    void aFolderWhoseFilesCanBeWrittenAndNotExecutedIsRefusedByTheReason() throws Exception {
        Map<String, ?> writable = Map.of("create", "true", "enablePosixFileAttributes", "true");
        try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("folder.zip"), writable)) {
            assertThatIOException()
                    .isThrownBy(() -> NativeLibrary.requireExecutable(zip.getPath("/")))
                    .withMessageContaining("noexec");
            assertThat(zip.getPath("/probe")).as("written").exists();
        }
        assertThatCode(() -> NativeLibrary.requireExecutable(folder)).doesNotThrowAnyException();
    }

    @Test
    void aFailureThatTheDriverRemembersIsOvercome() throws Exception {
        Path chosen = Files.createFile(folder.resolve("chosen"));
        try (URLClassLoader loader = newLoader()) {
            System.setProperty(NativeLibrary.UNPACKED_IN, chosen.toString());
            Method load = method(loader, org.sqlite.core.NativeDB.class, "load");
            try {
                load.invoke(null);
            } catch (InvocationTargetException failed) {
                assertThat(failed.getCause()).isInstanceOf(Exception.class);
            }
            assertThat(load.invoke(null))
                    .as("from now on the driver does not try")
                    .isEqualTo(false);
            System.clearProperty(NativeLibrary.UNPACKED_IN);
            assertThat(open(loader, folder.resolve("acl.sqlite"))).isEqualTo("opened");
        }
    }

    @Test
    void copiesOfDeadProcessesAreRemovedAndThoseOfLivingOnesAreNot() throws Exception {
        String alive = copy(ProcessHandle.current().pid() + "-a", Instant.now());
        copy(NO_PROCESS + "-b", Instant.now());
        copy(ProcessHandle.current().pid() + "-of-its-predecessor", Instant.EPOCH);
        String foreign = copy("not-ours", Instant.EPOCH);
        try (URLClassLoader loader = newLoader()) {
            assertThat(open(loader, folder.resolve("acl.sqlite"))).isEqualTo("opened");
        }
        assertThat(files()).containsExactlyInAnyOrder("acl.sqlite", "acl.sqlite.lock", alive, foreign);
    }

    private String copy(String owner, Instant made) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(NativeLibrary.FOLDER_PREFIX + owner));
        Files.createFile(copy.resolve("libsqlitejdbc.so"));
        Files.setLastModifiedTime(copy, FileTime.from(made));
        return copy.getFileName().toString();
    }

    /** Runs in another class loader. */
    static final class OpenOnce {
        private OpenOnce() {}

        static void open(String path) {
            NumberSchema.open(Path.of(path)).close();
        }
    }
}
