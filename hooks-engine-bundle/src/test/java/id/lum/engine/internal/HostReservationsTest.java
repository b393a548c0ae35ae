package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.engine.internal.HostReservations.Request;
import id.lum.engine.internal.HostReservations.Requester;
import id.lum.testing.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who gets a host that is released. */
class HostReservationsTest {
    private final HeldTimer retries = new HeldTimer();
    private final HostReservations reservations = new HostReservations(name -> retries);
    private final List<String> told = new ArrayList<>();

    private Request request(String pid, Runnable released) {
        return new Request("acme", pid, pid + " from a test", new Requester() {
            @Override
            public void hostReleased() {
                told.add(pid);
                released.run();
            }

            @Override
            public void hostDisplaced(String host) {
                throw new NoClassDefFoundError("of a test");
            }
        });
    }

    @Test
    void aHostThatTheFirstInTheQueueFailsToTakeIsOfferedToTheNextAndTheFailureIsLogged() {
        reservations.take(request("owner", () -> {}));
        reservations.take(request("first", () -> {
            throw new NoClassDefFoundError("of a test");
        }));
        reservations.take(request("second", () -> {}));
        try (CapturedLog log = new CapturedLog()) {
            reservations.release("acme", "owner");
            assertThat(log.errors()).singleElement().asString().contains("first from a test", "acme");
        }
        assertThat(told).containsExactly("first", "second");
    }

    @Test
    void whoFailsToTakeAHostIsToldAgainUntilItDoesNotFailAndTheFailureIsLoggedOnce() {
        AtomicInteger failures = new AtomicInteger(3);
        reservations.take(request("owner", () -> {}));
        Request failing = request("failing", () -> {
            // As an owner does: it takes the host, fails, and releases it.
            reservations.take(request("failing", () -> {}));
            if (failures.getAndDecrement() > 0) {
                reservations.release("acme", "failing");
                throw new OutOfMemoryError("unable to create native thread");
            }
        });
        reservations.take(failing);
        try (CapturedLog log = new CapturedLog()) {
            reservations.release("acme", "owner");
            for (int i = 0; i < 9; i++) {
                retries.run();
            }
            assertThat(log.errors()).singleElement().asString().contains("failing from a test", "tried again");
        }
        assertThat(told).containsOnly("failing").hasSize(4);
        assertThat(reservations.take(request("other", () -> {}))).contains("failing from a test");
    }

    @Test
    void whoFailsWhenItsHostIsTakenFromItIsToldUntilItDoesNotFail() {
        String named = HostViewConfiguration.PID + "~acme";
        reservations.take(request("owner", () -> {}));
        assertThatThrownBy(() -> reservations.displace(request(named, () -> {})))
                .isInstanceOf(NoClassDefFoundError.class);
        retries.run();
        retries.run();
        assertThat(told).containsExactly("owner");
    }

    @Test
    void aHostIsNotTakenBeforeThereIsAThreadThatTriesAgain() {
        AtomicInteger failures = new AtomicInteger(1);
        HostReservations shaken = new HostReservations(name -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return retries;
        });
        assertThatThrownBy(() -> shaken.take(request("first", () -> {}))).isInstanceOf(OutOfMemoryError.class);
        assertThat(shaken.take(request("second", () -> {}))).isEmpty();
    }
}
