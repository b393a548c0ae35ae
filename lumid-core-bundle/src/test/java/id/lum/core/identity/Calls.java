package id.lum.core.identity;

import id.lum.hooks.HookRejection;
import id.lum.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Calls of {@link Introspection#resolve}, and what came of them as text. */
final class Calls {
    static final String UNAVAILABLE = "503 Identity provider unavailable";
    static final String NOT_CLAIMED = "not claimed";

    /** What the log lines of the HTTP library contain, which logs each byte. */
    static final String HTTP_LIBRARY = " org.apache.hc.";

    /** A call in the background. */
    record Call(Thread thread, CompletableFuture<String> outcome) {
        String join() {
            return outcome.orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join();
        }

        /** A caller that waits with a bound is in the one place where callers wait: for an answer. */
        boolean isWaiting() {
            return thread.getState() == Thread.State.TIMED_WAITING;
        }
    }

    private Calls() {}

    /** The principal's id, or {@link #NOT_CLAIMED}, or status and sentence of the rejection. */
    static String resolve(Introspection introspection, String token) {
        try {
            return introspection
                    .resolve(token)
                    .map(principal -> principal.principalId())
                    .orElse(NOT_CLAIMED);
        } catch (HookRejection rejection) {
            return rejection.status() + " " + rejection.getMessage();
        }
    }

    static Call start(Introspection introspection, String token) {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread caller = new Thread(
                () -> {
                    try {
                        String answer = resolve(introspection, token);
                        outcome.complete(Thread.interrupted() ? answer + ", still interrupted" : answer);
                    } catch (Throwable broken) {
                        outcome.completeExceptionally(broken);
                    }
                },
                "caller");
        caller.setDaemon(true);
        caller.start();
        return new Call(caller, outcome);
    }

    static List<Call> start(int number, Introspection introspection, String token) {
        return IntStream.range(0, number)
                .mapToObj(i -> start(introspection, token))
                .toList();
    }

    static Duration took(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
