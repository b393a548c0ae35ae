package id.lum.tour.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Ends the container when the tour cannot begin, instead of leaving somebody in front of an empty screen. */
@Component(
        service = {},
        immediate = true)
public final class TourDeadline {
    private static final Duration START = Duration.ofSeconds(60);

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Tour> tours = List.of();

    /** Begins to wait, in a thread that ends with the wait. */
    @Activate
    public TourDeadline() {
        Thread thread = new Thread(this::await, "tour-deadline");
        thread.setDaemon(true);
        thread.start();
    }

    private void await() {
        long end = System.nanoTime() + START.toNanos();
        while (tours.isEmpty()) {
            if (System.nanoTime() - end > 0) {
                System.out.println(
                        "The tour cannot begin: within " + START.toSeconds()
                                + " s there was no composed view for flowmesh, lumilake and acme. See data/tour/log/lumid.log.");
                System.exit(1);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
