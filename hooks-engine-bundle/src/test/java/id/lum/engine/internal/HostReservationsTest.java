package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.engine.internal.HostReservations.Request;
import id.lum.engine.internal.HostReservations.Requester;
import id.lum.testing.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets a host that is released. */
class HostReservationsTest {
    private final HostReservations reservations = new HostReservations();
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
                throw new AssertionError("Nobody displaces anybody here.");
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
}
