package id.lum.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Calls that a test does not wait for. */
public final class Background {
    private Background() {}

    /**
     * Makes a call in a daemon thread of its own. {@link Await#result} waits for its result.
     *
     * @param call the call
     * @param <T> the type of its result
     * @return a future that completes with the result, or with what the call throws
     */
    public static <T> CompletableFuture<T> start(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(call.call());
                    } catch (Throwable failed) {
                        result.completeExceptionally(failed);
                    }
                },
                "background");
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
