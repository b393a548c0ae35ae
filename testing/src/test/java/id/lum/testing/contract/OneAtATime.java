package id.lum.testing.contract;

import id.lum.testing.Await;
import id.lum.testing.Together;
import java.util.ConcurrentModificationException;

/** A place in a broken hook that does not bear two of those who come together. */
final class OneAtATime {
    private int entered;

    void enter() {
        if (Thread.currentThread().getName().startsWith(Together.NAME)) {
            count();
            Await.until("a second caller is in the hook", () -> entered() > 1);
            throw new ConcurrentModificationException("Two callers met.");
        }
    }

    private synchronized void count() {
        entered++;
    }

    private synchronized int entered() {
        return entered;
    }
}
