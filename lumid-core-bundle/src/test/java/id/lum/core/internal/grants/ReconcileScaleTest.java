package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.Sweep;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reconcile of many resources; {@code -Dlumid.resources=1000000} for a large host. */
class ReconcileScaleTest {
    private static final int RESOURCES = Integer.getInteger("lumid.resources", 20_000);

    @TempDir
    Path directory;

    private static long millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** In random order; only what stands beyond the half is alive. */
    private static List<ResourceRef> live(int resources) {
        List<ResourceRef> live = new ArrayList<>();
        for (int i = resources / 2 + 1; i <= resources; i++) {
            live.add(ResourceRef.of("task", "t-" + i));
        }
        for (int i = 0; i < resources / 2; i++) {
            live.add(ResourceRef.of("task", "never granted " + i));
        }
        Collections.shuffle(live, new Random(1));
        return live;
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theTimeGrowsWithTheListAndNotWithItsSquare() throws Exception {
        long small = reconcile(RESOURCES / 4);
        long large = reconcile(RESOURCES);
        System.out.println("reconcile of " + RESOURCES / 4 + " resources: " + small + " ms, of " + RESOURCES + ": "
                + large + " ms");
        // Four times the list. A quadratic one would take sixteen times as long; the machine may be busy.
        assertThat(large).isLessThan(Math.max(2000, small * 12));
    }

    private long reconcile(int resources) throws Exception {
        Path path = directory.resolve(resources + ".sqlite");
        Stores.fillStale(path, resources);
        List<ResourceRef> live = live(resources);
        try (SqliteGrantStore store = Stores.open(path)) {
            long taken = millis(() -> assertThat(store.reconcile(live, Sweep.EVERY_KIND))
                    .isEqualTo(new ReconcileResult(resources - resources / 2, resources / 2)));
            long closing = millis(store::close);
            System.out.println("closed in " + closing + " ms");
            return taken;
        }
    }
}
