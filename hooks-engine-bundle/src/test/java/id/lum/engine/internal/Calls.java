package id.lum.engine.internal;

import id.lum.hooks.HookRejection;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Calls made in the background, and what came of them. */
final class Calls {
    private static final Duration BOUND = Duration.ofSeconds(120);

    private Calls() {}

    /** The answer as text, or {@code 403 sentence}, or the class of whatever else was thrown. */
    static CompletableFuture<String> start(Callable<?> call) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread caller = new Thread(() -> answer.complete(outcome(call)), "caller");
        caller.setDaemon(true);
        caller.start();
        return answer;
    }

    static String outcome(Callable<?> call) {
        try {
            return String.valueOf(call.call());
        } catch (HookRejection rejection) {
            return rejection.status() + " " + rejection.getMessage();
        } catch (Throwable other) {
            return other.getClass().getSimpleName();
        }
    }

    static String outcome(Runnable call) {
        return outcome(() -> {
            call.run();
            return "yes";
        });
    }

    static CompletableFuture<String> start(Runnable call) {
        return start(() -> {
            call.run();
            return "yes";
        });
    }

    static String join(CompletableFuture<String> answer) throws Exception {
        return answer.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("The condition did not come true within " + BOUND + ".");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
