package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import id.lum.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;

/** The shipped container in a process that may open few files and sockets. */
class DescriptorShortageTest {
    private static final int LIMIT = 256;

    /** More sockets at once than the limit allows. */
    private static final int CALLERS = 400;

    /** What may be open in one moment and not in another, such as a jar that is read. */
    private static final int SLACK = 20;

    @TempDir
    Path folder;

    @Test
    void afterMalformedAnswersAndMoreCallsThanSocketsCallsSucceedAndNoDescriptorIsLost() throws Exception {
        Path home = ShippedFolder.copy("Descriptor Shortage").home();
        Path flood = floodBundle();
        try (FakeLumid lumid = FakeLumid.start()) {
            Files.writeString(
                    home.resolve("etc/id.lum.core.cfg"),
                    "base.url = " + lumid.url() + "\nrequests.in.flight = 1024\nrequest.timeout.ms = 4000\n");
            try (Lumid container = Lumid.start(home, command -> {
                String launcher = home.resolve("bin/lumid").toString();
                command.command("bash", "-c", "ulimit -n " + LIMIT + "; exec \"$0\"", launcher);
                command.environment().put("JAVA_OPTS", "-Dfelix.auto.start.6=\"" + flood.toUri() + "\"");
            })) {
                container.waitFor("g! ");
                awaitAnswers(container);
                lumid.mode(FakeLumid.Mode.NOT_HTTP);
                assertThat(container.type("flood:calls 8 1")).contains("{503=8}");
                int before = Descriptors.openOf(container.pid());

                assertThat(container.type("flood:calls 8 100")).contains("{503=800}");
                lumid.mode(FakeLumid.Mode.SLOW);
                assertThat(container.type("flood:calls " + CALLERS + " 1")).contains("{503=" + CALLERS + "}");
                assertThat(home.resolve("data/log/lumid.log")).content().contains("no socket");
                lumid.mode(FakeLumid.Mode.NORMAL);
                lumid.release();

                awaitAnswers(container);
                Await.until("what was opened is closed", () -> Descriptors.openOf(container.pid()) <= before + SLACK);
                Await.until(
                        "grants are kept",
                        () -> container
                                .type("lumid:share flowmesh workflow wf-1 ann read")
                                .contains("granted"));
            }
        }
    }

    private static void awaitAnswers(Lumid container) throws Exception {
        Await.until(
                "calls are answered", () -> container.type("flood:calls 1 1").contains("{401=1}"));
    }

    private Path floodBundle() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, "com.acme.flood");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_ACTIVATOR, Flood.class.getName());
        manifest.getMainAttributes()
                .putValue(Constants.IMPORT_PACKAGE, "org.osgi.framework,id.lum.hooks,id.lum.hooks.host");
        String classFile = Flood.class.getName().replace('.', '/') + ".class";
        Path jar = folder.resolve("flood.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream in = Flood.class.getResourceAsStream("/" + classFile)) {
            out.putNextEntry(new JarEntry(classFile));
            in.transferTo(out);
        }
        return jar;
    }
}
