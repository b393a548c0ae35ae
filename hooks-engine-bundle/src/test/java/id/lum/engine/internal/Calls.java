package id.lum.engine.internal;

import id.lum.hooks.HookRejection;
import id.lum.testing.Background;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Calls made in the background, and what came of them. */
final class Calls {
    private Calls() {}

    /** The answer as text, or {@code 403 sentence}, or the class of whatever else was thrown. */
    static CompletableFuture<String> start(Callable<?> call) {
        return Background.start(() -> outcome(call));
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
}
