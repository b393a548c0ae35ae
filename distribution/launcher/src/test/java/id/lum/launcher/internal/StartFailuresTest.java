package id.lum.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.main.AutoProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

class StartFailuresTest {
    @TempDir
    Path folder;

    private String bundleWithoutItsActivator() throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "com.acme.plugin");
        headers.putValue("Bundle-Activator", "com.acme.NotThere");
        Path jar = folder.resolve("plugin.jar");
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
        return jar.toUri().toString();
    }

    @Test
    void aCauseThatIsToldLaterThanTheStartIsInTheSentence() throws Exception {
        Map<String, String> configuration = Map.of(
                "org.osgi.framework.storage",
                folder.resolve("cache").toString(),
                "felix.auto.start.1",
                "\"" + bundleWithoutItsActivator() + "\"");
        Framework framework = new FrameworkFactory().newFramework(configuration);
        CountDownLatch told = new CountDownLatch(1);
        try {
            framework.init();
            StartFailures failures = new StartFailures(configuration);
            // In the thread that tells all listeners, before the one that is tested.
            framework.getBundleContext().addFrameworkListener(event -> {
                if (event.getType() == FrameworkEvent.ERROR) {
                    await(told);
                }
            });
            framework.getBundleContext().addFrameworkListener(failures);
            AutoProcessor.process(configuration, framework.getBundleContext());
            framework.start();
            Thread looking = Thread.currentThread();
            Thread release = new Thread(() -> {
                while (looking.getState() == Thread.State.RUNNABLE) {
                    LockSupport.parkNanos(1_000_000);
                }
                told.countDown();
            });
            release.setDaemon(true);
            release.start();

            List<String> sentences = failures.in(framework);

            assertThat(sentences).singleElement().asString().contains("com.acme.plugin", "com.acme.NotThere");
        } finally {
            told.countDown();
            framework.stop();
            framework.waitForStop(0);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
