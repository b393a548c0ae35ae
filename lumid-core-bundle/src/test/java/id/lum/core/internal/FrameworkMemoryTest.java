package id.lum.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.EmptyFramework;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** Accounts through the lives of a bundle, in a real framework. */
class FrameworkMemoryTest {
    @TempDir
    Path storage;

    private EmptyFramework framework;
    private Bundle core;

    @BeforeEach
    void start() throws Exception {
        framework = new EmptyFramework(storage);
        core = framework.context().installBundle("test:core", emptyBundle());
        core.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    private static InputStream emptyBundle() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, "core");
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        return new ByteArrayInputStream(jar.toByteArray());
    }

    private Map<String, Map.Entry<String, Long>> emailsOf(String authority) {
        return new FrameworkMemory(core.getBundleContext()).emailsOf(authority);
    }

    @Test
    void accountsOutliveARestartAndAnUpdateOfTheBundle() throws Exception {
        emailsOf("https://a").put("bob", Map.entry("bob@example.com", 7L));
        core.stop();
        core.start();
        assertThat(emailsOf("https://a")).containsKey("bob");
        core.update(emptyBundle());
        assertThat(emailsOf("https://a")).containsKey("bob");
    }

    @Test
    void accountsAreForgottenWhenTheBundleIsUninstalled() throws Exception {
        for (int life = 0; life < 3; life++) {
            // Twice, as with a configuration that is deleted and made again.
            emailsOf("https://a");
            emailsOf("https://a").put("bob", Map.entry("bob@example.com", 7L));
            core.update(emptyBundle());
        }
        Map<?, ?> kept = framework.service(Map.class).orElseThrow();
        assertThat(kept).isNotEmpty();
        core.stop();
        assertThat(kept).isNotEmpty();
        core.uninstall();
        assertThat(kept).isEmpty();
    }

    @Test
    void emailsOfAnotherAuthorityAreDropped() {
        emailsOf("https://a").put("bob", Map.entry("bob@example.com", 7L));
        assertThat(emailsOf("https://b")).isEmpty();
        assertThat(emailsOf("https://a")).isEmpty();
    }
}
