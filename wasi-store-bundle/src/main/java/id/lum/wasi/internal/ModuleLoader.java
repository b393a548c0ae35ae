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
    private final HeapBudget heap;
    private final ExecutorService threads;

    /**
     * A loader.
     *
     * @param heap of which each module takes a share
     * @param threads on which modules are loaded and called
     */
    ModuleLoader(FilePermissionCheck permissions, HeapBudget heap, ExecutorService threads) {
        this.permissions = permissions;
        this.heap = heap;
        this.threads = threads;
    }

    /**
     * Reads, checks and parses a module, compiles it if that is wanted, and starts a first instance of it.
     *
     * @throws ModuleRefused if what is in the file cannot be run
     * @throws ModuleLoadFailed if it cannot be run now, or not in time, for another reason
     */
    ServedModule load(ModuleSpec spec) throws ModuleRefused, ModuleLoadFailed, InterruptedException {
        Loading loading = new Loading(spec);
        boolean inTime = false;
        try {
            threads.execute(loading);
            ServedModule loaded = loading.get(spec.startTimeout().toNanos(), TimeUnit.NANOSECONDS);
            inTime = true;
            return loaded;
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
            if (!inTime) {
                loading.giveUp();
            }
        }
    }

    /** What comes too late is closed. */
    private final class Loading extends FutureTask<ServedModule> {
        Loading(ModuleSpec spec) {
            super(() -> loadNow(spec));
        }

        @Override
        protected void set(ServedModule loaded) {
            super.set(loaded);
            if (isCancelled()) {
                loaded.close();
            }
        }

        void giveUp() {
            if (!cancel(true)) {
                try {
                    get().close();
                } catch (ExecutionException | InterruptedException nothingToClose) {
                    // It has failed by itself.
                }
            }
        }
    }

    private ServedModule loadNow(ModuleSpec spec) throws ModuleRefused, ModuleLoadFailed, InterruptedException {
        HeapBudget.Share share = heap.share();
        LoadedModule module;
        boolean loaded = false;
        try {
            share.take(spec.heapBytes());
            module = parsed(spec, share);
            loaded = true;
        } finally {
            if (!loaded) {
                share.close();
            }
        }
        return started(spec, module, share);
    }

    private LoadedModule parsed(ModuleSpec spec, HeapBudget.Share share) throws ModuleRefused, ModuleLoadFailed {
        // The file, and the buffers through which it is read.
        long reading;
        try {
            reading = 3 * Math.min(MAX_MODULE, Files.size(spec.found().file().path()));
        } catch (IOException failed) {
            throw unreadable(failed);
        }
        share.take(reading);
        try {
            return LoadedModule.load(read(spec), spec.sandbox().memoryPages(), spec.compile(), share);
        } finally {
            share.giveBack(reading);
        }
    }

    private ServedModule started(ModuleSpec spec, LoadedModule module, HeapBudget.Share share)
            throws ModuleLoadFailed, InterruptedException {
        PluginOutput output = new PluginOutput(
                spec.output(), LoggerFactory.getLogger(OUTPUT_LOGGER + spec.prefix()), System::nanoTime);
        InstancePool pool = new InstancePool(
                module, spec.sandbox(), () -> output.stream()::append, spec.instances(), threads, share);
        long begin = System.nanoTime();
        boolean started = false;
        try {
            pool.prepare(spec.startTimeout());
            started = true;
        } catch (ModuleCallFailed failed) {
            // The reason may be a file or a variable, or a busy machine.
            throw new ModuleLoadFailed("it does not start: " + failed.getMessage());
        } finally {
            if (!started) {
                pool.close();
            }
        }
        return new ServedModule(spec, module, pool, output, Duration.ofNanos(System.nanoTime() - begin));
    }

    private static ModuleLoadFailed unreadable(IOException failed) {
        return new ModuleLoadFailed("it cannot be read (" + failed.getClass().getSimpleName() + ")");
    }

    /** What was checked is what is run: both are these bytes. */
    private byte[] read(ModuleSpec spec) throws ModuleRefused, ModuleLoadFailed {
        try {
            permissions.check(spec.found().file());
            return content(spec);
        } catch (PluginRefused refused) {
            throw new ModuleLoadFailed(refused.getMessage());
        } catch (IOException failed) {
            throw unreadable(failed);
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
