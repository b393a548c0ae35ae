package id.lum.wasi.internal;

import id.lum.support.lifecycle.StopDeadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The instances of one module. Each serves one call at a time, on a thread of its own that is interrupted when the time
 * for the call is over. An instance that broke a rule, or was stopped, is not used again. Thread-safe.
 *
 * <p>Once it is closed its share of the heap is given back with the end of its last call. A call that comes later is
 * served, too: it began before the module was exchanged.
 */
final class InstancePool implements AutoCloseable {
    /** A broken instance says nothing about the next one; a module that keeps breaking them is not tried for ever. */
    private static final int ATTEMPTS = 2;

    /** Takes what instances print. */
    @FunctionalInterface
    interface Printing {
        /** For one instance: the pieces of its lines must not be mixed with those of another. */
        WasiHost.Output ofInstance();
    }

    private final LoadedModule module;
    private final Sandbox sandbox;
    private final Printing printing;
    private final ExecutorService threads;
    private final HeapBudget.Share heap;
    private final int size;
    private volatile boolean closed;
    /** One for each instance that may be in use; a thread that cannot be stopped keeps the one it has. */
    private final Semaphore free;
    // Guarded by itself. The one that was used last is used next, so that few are kept busy.
    private final Deque<ModuleInstance> idle = new ArrayDeque<>();

    /**
     * A pool.
     *
     * @param size how many calls run at a time
     * @param threads on which calls run
     * @param heap with what the module and so many instances take; the pool closes it
     */
    InstancePool(
            LoadedModule module,
            Sandbox sandbox,
            Printing printing,
            int size,
            ExecutorService threads,
            HeapBudget.Share heap) {
        this.module = module;
        this.sandbox = sandbox;
        this.printing = printing;
        this.threads = threads;
        this.heap = heap;
        this.size = size;
        this.free = new Semaphore(size, true);
    }

    /**
     * Makes the first instance, to see whether the module starts at all.
     *
     * @throws ModuleCallFailed if it does not, or not in time
     */
    void prepare(Duration timeout) throws ModuleCallFailed, InterruptedException {
        call(StopDeadline.within(timeout, System::nanoTime), () -> {
            keep(module.instance(sandbox, printing.ofInstance()));
            return "";
        });
    }

    /**
     * Asks the module.
     *
     * @param request the document that it reads
     * @param timeout how long the answer may take, waiting for an instance included
     * @return the value, not empty
     * @throws ModuleCallFailed if there is none in time
     */
    String value(byte[] request, Duration timeout) throws ModuleCallFailed, InterruptedException {
        return call(StopDeadline.within(timeout, System::nanoTime), () -> answer(request));
    }

    @FunctionalInterface
    private interface Work {
        String run() throws ModuleCallFailed;
    }

    private String call(StopDeadline deadline, Work work) throws ModuleCallFailed, InterruptedException {
        if (!free.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw ModuleCallFailed.broken("all of its instances are busy");
        }
        FutureTask<String> answer = new FutureTask<>(work::run);
        try {
            threads.execute(() -> {
                try {
                    answer.run();
                } finally {
                    free.release();
                    giveBackIfUnused();
                }
            });
        } catch (RejectedExecutionException stopped) {
            free.release();
            throw ModuleCallFailed.broken("it is being stopped");
        } catch (Error noThread) {
            free.release();
            throw noThread;
        }
        try {
            return answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw ModuleCallFailed.broken("it does not answer in time");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ModuleCallFailed call) {
                throw call;
            }
            throw new IllegalStateException("A call to a module failed.", failed.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private String answer(byte[] request) throws ModuleCallFailed {
        for (int attempt = 1; ; attempt++) {
            Optional<ModuleInstance> kept = attempt == 1 ? take() : Optional.empty();
            ModuleInstance instance = kept.isPresent() ? kept.get() : module.instance(sandbox, printing.ofInstance());
            boolean used = instance.isUsed();
            try {
                String value = instance.value(request);
                keep(instance);
                return value;
            } catch (ModuleCallFailed failed) {
                if (!failed.isInstanceBroken()) {
                    keep(instance);
                    throw failed;
                }
                // What earlier calls left in it may be the cause, and to ask again is safe.
                if (!used || attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw failed;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        giveBackIfUnused();
    }

    private void giveBackIfUnused() {
        if (closed && free.tryAcquire(size)) {
            synchronized (idle) {
                idle.clear();
            }
            heap.close();
            free.release(size);
        }
    }

    private Optional<ModuleInstance> take() {
        synchronized (idle) {
            return Optional.ofNullable(idle.pollFirst());
        }
    }

    private void keep(ModuleInstance instance) {
        synchronized (idle) {
            idle.addFirst(instance);
        }
    }
}
