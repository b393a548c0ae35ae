package id.lum.support.sqlite;

import id.lum.support.lifecycle.Backoff;
import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.ResourceUnavailable;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.SwappableResource;
import id.lum.support.log.RepeatedError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files of a store that cannot serve a call, until they are in their place again or another database is
 * there, which is opened then.
 */
final class DisplacementWatch<S, R extends Stoppable> {
    private static final Logger LOG = LoggerFactory.getLogger(DisplacementWatch.class);
    private static final Backoff LOOKS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** Where looks run: later, one after the other, and not beside a change of the store. */
    interface Looks {
        void after(Duration delay, Runnable look);

        /** Whether nobody is interested any more. */
        boolean isClosed();
    }

    private final StoreFactory<S, R> factory;
    private final ServedStore<S, R> served;
    private final Looks looks;
    /** Whether the files are looked at, or will be. */
    private final AtomicBoolean looking = new AtomicBoolean();
    // For the looks alone, as what follows.
    private final RepeatedError displacements = new RepeatedError(LOG);
    /** What was at the path when it was last looked at: a copy that still grows must not be opened. */
    private Optional<String> lastStamp = Optional.empty();

    DisplacementWatch(StoreFactory<S, R> factory, ServedStore<S, R> served, Looks looks) {
        this.factory = factory;
        this.served = served;
        this.looks = looks;
    }

    /**
     * What callers get: when the store cannot serve a call, its files are looked at. While there is no store, a call
     * throws {@link StoreUnavailable} too.
     */
    Leased<R> watched(SwappableResource<R> resource) {
        return new Leased<>() {
            @Override
            public <T> T withResource(Function<? super R, ? extends T> call) {
                try {
                    return resource.<T>withResource(call);
                } catch (StoreUnavailable unavailable) {
                    lookSoon();
                    throw unavailable;
                } catch (ResourceUnavailable none) {
                    // Whoever closed or reopens the store sees to it.
                    throw new StoreUnavailable(none.getMessage(), none);
                }
            }
        };
    }

    /** From any thread. */
    void lookSoon() {
        if (looking.compareAndSet(false, true)) {
            lookAfter(0);
        }
    }

    private void lookAfter(int failures) {
        try {
            Duration delay = failures == 0 ? Duration.ZERO : LOOKS.after(failures);
            looks.after(delay, () -> look(failures + 1));
        } catch (RuntimeException | Error failed) {
            // The next call that cannot be served tries again.
            looking.set(false);
            LOG.warn(
                    "{}: the files of the store cannot be checked now.",
                    served.database().owner(),
                    failed);
        }
    }

    private void look(int tries) {
        int failures = tries;
        try {
            Optional<String> objection = served.displacement();
            if (objection.isEmpty()) {
                inPlaceAgain();
                return;
            }
            Optional<String> stamp = served.database().contentStamp();
            if (stamp.isPresent() && stamp.equals(lastStamp)) {
                served.openInPlace();
                inPlaceAgain();
                return;
            }
            // A copy that is being made is waited for without the pauses of one that cannot be opened.
            failures = stamp.isPresent() ? 1 : tries;
            lastStamp = stamp;
            log(objection.get());
        } catch (Exception | Error refused) {
            if (looks.isClosed()) {
                return;
            }
            // Before the log, which fails, too, for want of memory: nobody would look again.
            lookAfter(failures);
            LOG.debug("Not opened", refused);
            log(ReopeningStore.sentence(served.database(), refused));
            return;
        }
        lookAfter(failures);
    }

    private void log(String sentence) {
        displacements.met(sentence + " "
                + (served.isClosedForAnother() ? factory.consequenceWhileClosed() : "Until then nothing is written.")
                + " It is looked at again at least every " + LOOKS.longest().toSeconds() + " s.");
    }

    private void inPlaceAgain() {
        looking.set(false);
        lastStamp = Optional.empty();
        if (displacements.over() && served.resource().isOpen()) {
            LOG.info("{}: writes are taken again.", served.database().owner());
        }
    }
}
