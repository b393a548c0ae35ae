package id.lum.flowmesh.internal.billing;

import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.StoreSettings;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * An outbox and the loop that delivers its rows. They are closed together.
 *
 * @param outbox the pending rows
 * @param delivery what delivers it
 */
record DeliveredOutbox(Outbox outbox, DeliveryLoop delivery) implements Stoppable {

    static DeliveredOutbox open(
            StoreSettings database,
            RunmeshClient client,
            Function<String, Optional<String>> emails,
            Clock clock,
            DeliveryPolicy policy) {
        // Each needs the other: added rows wake the delivery.
        CompletableFuture<DeliveryLoop> waker = new CompletableFuture<>();
        Outbox outbox = Outbox.open(new OutboxSettings(database), clock, () -> waker.thenAccept(DeliveryLoop::wake));
        try {
            // Not RandomGenerator.getDefault(): a runtime of the Java SE modules alone does not have it.
            DeliveryLoop delivery = new DeliveryLoop(outbox, client, emails, clock, new Random(), policy);
            waker.complete(delivery);
            delivery.start();
            return new DeliveredOutbox(outbox, delivery);
        } catch (RuntimeException | Error failed) {
            outbox.closeAfter(failed);
            throw failed;
        }
    }

    @Override
    public void close(StopDeadline deadline) {
        // It ends with its database at the latest, so most of the time is for that.
        delivery.close(deadline.part(4));
        outbox.close(deadline);
    }
}
