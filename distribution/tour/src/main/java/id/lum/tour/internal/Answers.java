package id.lum.tour.internal;

import id.lum.hooks.HookRejection;
import java.util.function.Supplier;

/** What a hook said, as text: the answer itself, or the status and sentence of a rejection, as a host would send it. */
final class Answers {
    private Answers() {}

    static String of(Supplier<?> question) {
        try {
            return String.valueOf(question.get());
        } catch (HookRejection rejection) {
            return rejection.status() + " " + rejection.getMessage();
        }
    }

    static String of(Runnable question) {
        return of(() -> {
            question.run();
            return "yes";
        });
    }

    /** The status alone, 200 for an answer. */
    static int status(Runnable question) {
        try {
            question.run();
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
