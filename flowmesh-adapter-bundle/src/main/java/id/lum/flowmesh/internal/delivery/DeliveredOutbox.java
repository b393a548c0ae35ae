package id.lum.flowmesh.internal.delivery;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.usage.EmailDirectory;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.sqlite.StoreSettings;
import java.time.Clock;
import java.util.Random;

/**
 * An outbox and the loop that delivers its rows. They are closed together.
 *
 * @param outbox the pending rows
 * @param delivery what delivers them
 */
public record DeliveredOutbox(Outbox outbox, DeliveryLoop delivery) implements Stoppable {

    /**
     * Opens the outbox and begins to deliver its rows.
     *
     * @param database the file that holds the rows, and how
     * @param client what sends them
     * @param emails asked for the address of a principal whose rows came without one
     * @param clock the time
     * @param policy where they are delivered, and when they become dead letters
     * @return both; the caller closes them
     */
    public static DeliveredOutbox open(
            StoreSettings database, RunmeshClient client, EmailDirectory emails, Clock clock, DeliveryPolicy policy) {
        WakeUp wakeUp = new WakeUp();
        Outbox outbox = Outbox.open(database, clock, wakeUp);
        try {
            // Not RandomGenerator.getDefault(): a runtime of the Java SE modules alone does not have it.
            DeliveryLoop delivery = new DeliveryLoop(outbox, client, emails, clock, new Random(), policy, wakeUp);
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
