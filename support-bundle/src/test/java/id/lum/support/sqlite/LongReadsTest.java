package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that read many rows, when there are more of them than connections. */
class LongReadsTest {
    @TempDir
    Path folder;

    @Test
    void whoReadsOneListAfterTheOtherDoesNotOvertakeWhoWaits() throws Exception {
        StoreLimits defaults = StoreLimits.defaults();
        StoreLimits oneLongRead = new StoreLimits(
                1, 2, defaults.readWait(), defaults.writeWait(), defaults.longWait(), defaults.busyWait());
        StoreSettings settings =
                new StoreSettings(folder.resolve("n.sqlite"), JournalMode.WAL, "id.lum.test db.path", oneLongRead);
        List<String> order = new CopyOnWriteArrayList<>();
        try (SqliteStore<NumberSchema.Numbers> store =
                SqliteStore.open(settings, new NumberSchema(), () -> {}, List.of())) {
            for (int round = 0; round < 50; round++) {
                order.clear();
                AtomicReference<Thread> waiting = new AtomicReference<>();
                store.readMany(table -> {
                    Thread waiter = new Thread(() -> store.readMany(other -> order.add("who waited")));
                    waiting.set(waiter);
                    waiter.start();
                    Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
                    return waiter;
                });
                store.readMany(table -> order.add("who came back"));
                waiting.get().join();
                assertThat(order).containsExactly("who waited", "who came back");
            }
        }
    }
}
