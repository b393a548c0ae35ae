package id.lum.support.plugin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePermissionCheckTest {
    @TempDir
    Path folder;

    private Path root;
    private Path file;
    private FilePermissionCheck check;

    @BeforeEach
    void write() throws Exception {
        root = Files.createDirectories(folder.resolve("outer/root"));
        file = root.resolve("vault");
        Files.writeString(file, "");
        permit(file, "rwxr-xr-x");
        check = FilePermissionCheck.forOwnerOf(folder);
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private void assertRefused(Path path, String why) {
        assertThatThrownBy(() -> check.check(new PluginFile("VAULT", root, path)))
                .isInstanceOf(PluginRefused.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFileThatOnlyItsOwnerWritesIsAccepted() {
        assertThatCode(() -> check.check(new PluginFile("VAULT", root, file))).doesNotThrowAnyException();
    }

    @Test
    void aFileThatOthersMayWriteIsRefused() throws IOException {
        permit(file, "rwxr-xrwx");
        assertRefused(file, "group or others may write to " + file);
    }

    @Test
    void aFileUnderAFolderThatOthersMayWriteIsRefused() throws IOException {
        permit(folder.resolve("outer"), "rwxrwxr-x");
        assertRefused(file, "group or others may write to " + folder.resolve("outer"));
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        int us = (Integer) Files.getAttribute(file, "unix:uid");
        if (us == 0) {
            Files.setAttribute(file, "unix:uid", 4711);
        } else {
            check = new FilePermissionCheck(us + 1);
        }
        assertRefused(file, "belongs to another user");
    }

    @Test
    void aFileThatItsOwnerMayNotExecuteCanBeNoProcess() throws IOException {
        PluginFile plugin = new PluginFile("VAULT", root, file);
        assertThatCode(() -> check.checkExecutable(plugin)).doesNotThrowAnyException();
        permit(file, "rw-r--r--");
        assertThatCode(() -> check.check(plugin)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check.checkExecutable(plugin))
                .isInstanceOf(PluginRefused.class)
                .hasMessage("its owner may not execute it");
    }

    @Test
    void aFolderIsRefused() throws IOException {
        assertRefused(Files.createDirectory(root.resolve("sub")), "not a regular file");
    }

    @Test
    void aLinkIsFollowedWithinItsFolderOnly() throws IOException {
        Path inside = Files.createSymbolicLink(root.resolve("inside"), file);
        assertThatCode(() -> check.check(new PluginFile("VAULT", root, inside))).doesNotThrowAnyException();
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "");
        permit(elsewhere, "rwxr-xr-x");
        assertRefused(Files.createSymbolicLink(root.resolve("outside"), elsewhere), "a link to a place outside");
    }
}
