package id.lum.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class NamedThreadsTest {
    @Test
    void aThreadAndThoseThatItStartsHoldNoLoaderOfABundleWhoeverAsksForIt() throws Exception {
        ClassLoader ofBundle = NamedThreads.class.getClassLoader();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader ofHost = new URLClassLoader(new URL[0], ofBundle)) {
            Thread.currentThread().setContextClassLoader(ofHost);
            Thread[] child = new Thread[1];
            Thread thread = new NamedThreads("test").newThread(() -> child[0] = new Thread(() -> {}));
            thread.start();
            thread.join();
            assertThat(thread.getName()).isEqualTo("test-1");
            assertThat(thread.getContextClassLoader()).isEqualTo(ClassLoader.getPlatformClassLoader());
            assertThat(child[0].getContextClassLoader()).isEqualTo(ClassLoader.getPlatformClassLoader());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
