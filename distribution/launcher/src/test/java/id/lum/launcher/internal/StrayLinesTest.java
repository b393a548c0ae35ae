package id.lum.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A list that an editor has broken must not start a container without the hook. */
class StrayLinesTest {
    @TempDir
    Path folder;

    private List<String> in(String... lines) throws IOException {
        return StrayLines.in(Files.write(folder.resolve("config.properties"), List.of(lines)));
    }

    @Test
    void fileAsItIsShippedHasNone() throws IOException {
        Path shipped = Path.of("../felix/src/main/lumid/conf/config.properties");
        assertThat(StrayLines.in(shipped)).isEmpty();
    }

    @Test
    void propertiesCommentsAndListsAreNone() throws IOException {
        assertThat(in(
                        "# \"file:/comment.jar\"",
                        "  ! comment",
                        "",
                        "felix.auto.start.5=\\",
                        " \"file:/a.jar\" \\",
                        " file:/b.jar",
                        "felix.auto.start.6 = file:/c.jar",
                        "felix.fileinstall.filter=.*\\\\.cfg",
                        "org.osgi.framework.bootdelegation=",
                        "home: /home/you",
                        "org.osgi.framework.startlevel.beginning:20",
                        "ends.with.backslash=C:\\\\"))
                .isEmpty();
    }

    @Test
    void lineAfterOneWithoutABackslashIsNamed() throws IOException {
        assertThat(in("felix.auto.start.5=\\", " \"file:/a.jar\"", " \"file:/b.jar\" \\", " \"file:/c.jar\""))
                .singleElement()
                .asString()
                .startsWith("lumid: line 3 of " + folder.resolve("config.properties") + " is no property")
                .contains("the line before it needs a backslash at its end")
                .endsWith(": \"file:/b.jar\" \\");
        assertThat(in("felix.auto.start.5=\\", " file:/a.jar \\ ", " file:/b.jar"))
                .singleElement()
                .asString()
                .contains("line 3 ", "is no property");
    }

    @Test
    void keyWithoutAValueIsNamed() throws IOException {
        assertThat(in("a=b", "guard-1.0.jar"))
                .singleElement()
                .asString()
                .startsWith("lumid: line 2 of ")
                .endsWith("is a key without a value; remove it, or write = behind the key: guard-1.0.jar");
    }

    @Test
    void listThatStandsTwiceIsNamed() throws IOException {
        assertThat(in("felix.auto.start.5=file:/a.jar", "felix.auto.start.5=file:/guard.jar"))
                .singleElement()
                .asString()
                .contains("line 2 ", "begins a list a second time");
    }
}
