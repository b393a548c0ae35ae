package id.lum.wasi.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of the heap the modules may take, all of them together. Each takes its share before it is loaded, for as
 * much as its instances can ever need, so that no module can end the container by its appetite. Thread-safe.
 */
final class HeapBudget {
    /** The rest is for the container and for what passes through it. */
    private static final int PART_OF_HEAP = 2;

    private final long total;
    private final AtomicLong taken = new AtomicLong();

    /** @param total in bytes */
    HeapBudget(long total) {
        this.total = total;
    }

    /** Half of the largest heap that this virtual machine may have. */
    static HeapBudget ofThisProcess() {
        return new HeapBudget(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    /** In bytes. */
    long total() {
        return total;
    }

    /** In bytes. */
    long taken() {
        return taken.get();
    }

    static String megabytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    /** What one module takes. It is there until it is closed. */
    Share share() {
        return new Share();
    }

    /** What one module takes. */
    final class Share implements AutoCloseable {
        private final AtomicLong mine = new AtomicLong();

        /**
         * Takes more.
         *
         * @param bytes how much
         * @throws ModuleLoadFailed if so much is not left
         */
        void take(long bytes) throws ModuleLoadFailed {
            long all = taken.addAndGet(bytes);
            if (all > total) {
                taken.addAndGet(-bytes);
                throw new ModuleLoadFailed("it may take " + megabytes(mine.get() + bytes)
                        + " of the heap, but all modules"
                        + " get " + megabytes(total) + ", and the others have " + megabytes(all - bytes - mine.get())
                        + " of that");
            }
            mine.addAndGet(bytes);
        }

        /** Gives a part back. In bytes. */
        void giveBack(long bytes) {
            mine.addAndGet(-bytes);
            taken.addAndGet(-bytes);
        }

        /** Gives all back. */
        @Override
        public void close() {
            taken.addAndGet(-mine.getAndSet(0));
        }
    }
}
