package id.lum.flowmesh.internal.billing;

import id.lum.core.sqlite.StoreSettings;
import id.lum.hooks.settings.StopDeadline;
import id.lum.hooks.settings.Stoppable;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * An outbox, and the relay that empties it; closed together.
 *
 * @param outbox what waits
 * @param relay what delivers it
 */
record RelayedOutbox(Outbox outbox, Relay relay) implements Stoppable {

    static RelayedOutbox open(
            StoreSettings database,
            RunmeshClient client,
            Function<String, Optional<String>> emails,
            Clock clock,
            Terms terms) {
        // Each needs to know of the other: rows wake the relay.
        CompletableFuture<Relay> waker = new CompletableFuture<>();
        Outbox outbox = Outbox.open(new OutboxSettings(database), clock, () -> waker.thenAccept(Relay::wake));
        try {
            // Not RandomGenerator.getDefault(): a runtime of the Java SE modules alone does not have it.
            Relay relay = new Relay(outbox, client, emails, clock, new Random(), terms);
            waker.complete(relay);
            relay.start();
            return new RelayedOutbox(outbox, relay);
        } catch (RuntimeException | Error failed) {
            outbox.closeAfter(failed);
            throw failed;
        }
    }

    @Override
    public void close(StopDeadline deadline) {
        // It ends with its database at the latest, so most of the time is for that.
        relay.close(deadline.part(4));
        outbox.close(deadline);
    }
}
