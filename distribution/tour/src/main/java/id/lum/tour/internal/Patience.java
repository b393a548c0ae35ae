package id.lum.tour.internal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A change of configuration takes a moment to arrive. */
final class Patience {
    private static final Duration CHANGE = Duration.ofSeconds(10);

    private Patience() {}

    /** The last answer, once it is the one hoped for or the time is up. */
    static String eventually(String hoped, Supplier<String> question) {
        long end = System.nanoTime() + CHANGE.toNanos();
        String answer = question.get();
        while (!answer.equals(hoped) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            answer = question.get();
        }
        return answer;
    }
}
