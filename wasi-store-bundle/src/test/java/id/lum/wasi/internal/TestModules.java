package id.lum.wasi.internal;

import id.lum.support.lifecycle.NamedThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The modules beside their sources, and how they are run. */
final class TestModules {
    static final Path FOLDER = Path.of("src", "test", "wasm");
    static final int PAGES = 256;
    static final Duration LONG = Duration.ofSeconds(60);
    static final Sandbox CLOSED = new Sandbox(Map.of(), Optional.empty(), false, PAGES);

    private TestModules() {}

    static byte[] misbehaving() {
        return bytes("misbehaving.wasm");
    }

    static byte[] fileStore() {
        return bytes("file-store.wasm");
    }

    /** Starts once its folder has a file "ready". */
    static byte[] late() {
        return bytes("late.wasm");
    }

    private static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** More than the tests need. */
    static HeapBudget plenty() {
        return new HeapBudget(1L << 40);
    }

    static LoadedModule load(byte[] module, int pages, boolean compile) throws ModuleRefused, ModuleLoadFailed {
        return LoadedModule.load(module, pages, compile, plenty().share());
    }

    static byte[] request(String token) {
        return ("{\"token\":\"" + token + "\",\"version\":\"\"}").getBytes(StandardCharsets.UTF_8);
    }

    static ExecutorService threads() {
        return Executors.newCachedThreadPool(new NamedThreads("lumid-wasi test"));
    }
}
