package id.lum.wasi.internal;

import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.FilePermissionCheck;
import id.lum.support.plugin.PluginOutput;
import id.lum.support.plugin.PluginRefused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** Makes something that can be asked out of a module's file. Thread-safe. */
final class ModuleLoader {
    /** Parsed it takes a multiple of this. In bytes. */
    private static final long MAX_MODULE = 16 << 20;

    /** Of the logger of each module; its prefix follows. */
    private static final String OUTPUT_LOGGER = "id.lum.wasi.output.";

    private final FilePermissionCheck permissions;
    private final ExecutorService threads;

    /** @param threads on which modules are loaded and called */
    ModuleLoader(FilePermissionCheck permissions, ExecutorService threads) {
        this.permissions = permissions;
        this.threads = threads;
    }

    /**
     * Reads, checks and parses a module, compiles it if that is wanted, and starts a first instance of it.
     *
     * @throws ModuleRefused if what is in the file cannot be run
     * @throws ModuleLoadFailed if it cannot be run now, or not in time, for another reason
     */
    ServedModule load(ModuleSpec spec) throws ModuleRefused, ModuleLoadFailed, InterruptedException {
        FutureTask<ServedModule> loading = new FutureTask<>(() -> loadNow(spec));
        try {
            threads.execute(loading);
            return loading.get(spec.startTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closing) {
            throw new ModuleLoadFailed("it is being stopped");
        } catch (TimeoutException late) {
            throw new ModuleLoadFailed(
                    "it cannot be asked within " + spec.startTimeout().toMillis() + " ms");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ModuleRefused refused) {
                throw refused;
            }
            if (failed.getCause() instanceof ModuleLoadFailed now) {
                throw now;
            }
            throw new ModuleLoadFailed(
                    "it cannot be loaded (" + failed.getCause().getClass().getSimpleName() + ")");
        } finally {
            loading.cancel(true);
        }
    }

    private ServedModule loadNow(ModuleSpec spec) throws ModuleRefused, ModuleLoadFailed, InterruptedException {
        byte[] bytes = read(spec);
        LoadedModule module = LoadedModule.load(bytes, spec.sandbox().memoryPages(), spec.compile());
        PluginOutput output = new PluginOutput(
                spec.output(), LoggerFactory.getLogger(OUTPUT_LOGGER + spec.prefix()), System::nanoTime);
        InstancePool pool =
                new InstancePool(module, spec.sandbox(), () -> output.stream()::append, spec.instances(), threads);
        long begin = System.nanoTime();
        try {
            pool.prepare(spec.startTimeout());
        } catch (ModuleCallFailed failed) {
            // The reason may be a file or a variable, or a busy machine.
            throw new ModuleLoadFailed("it does not start: " + failed.getMessage());
        }
        return new ServedModule(spec, module, pool, output, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** What was checked is what is run: both are these bytes. */
    private byte[] read(ModuleSpec spec) throws ModuleRefused, ModuleLoadFailed {
        try {
            permissions.check(spec.found().file());
            return content(spec);
        } catch (PluginRefused refused) {
            throw new ModuleLoadFailed(refused.getMessage());
        } catch (IOException failed) {
            throw new ModuleLoadFailed("it cannot be read (" + failed.getClass().getSimpleName() + ")");
        }
    }

    private static byte[] content(ModuleSpec spec) throws ModuleRefused, IOException {
        Path file = spec.found().file().path().toRealPath();
        if (Files.size(file) > MAX_MODULE) {
            throw new ModuleRefused("it is longer than " + MAX_MODULE + " bytes");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String actual = Checksum.copy(file, bytes);
        if (!spec.found().checksum().accepts(actual)) {
            throw new ModuleRefused("its SHA-256 is " + actual + ", and not the one of the setting sha256");
        }
        return bytes.toByteArray();
    }
}
