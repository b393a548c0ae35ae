package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The close of a store whose thread hangs where nothing interrupts it, as in a file system of a server that is away.
 */
class HangingStoreTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicLong now = new AtomicLong();

    /** Time passes whenever somebody looks at the clock. */
    private StopDeadline deadline() {
        return StopDeadline.within(SECOND, () -> now.addAndGet(SECOND.toNanos() / 10));
    }

    private String hang() {
        hanging.countDown();
        boolean over = false;
        while (!over) {
            try {
                released.await();
                over = true;
            } catch (InterruptedException noUse) {
                // As in the file system.
            }
        }
        return "done";
    }

    private Path path() {
        return folder.resolve("n.sqlite");
    }

    private void assertLeftBehindAndTheFileLockedUntilItEnds(
            SqliteStore<NumberSchema.Numbers> store, CompletableFuture<String> call) throws Exception {
        Await.latch(hanging);
        StopDeadline deadline = deadline();

        store.close(deadline);
        assertThat(deadline.left()).as("it has waited until the deadline").isZero();
        assertThat(call).as("it still hangs").isNotDone();
        assertThatThrownBy(() -> NumberSchema.open(path())).isInstanceOf(StoreRefused.class);

        released.countDown();
        store.close();
        NumberSchema.open(path()).close();
    }

    @Test
    void aHangingWriteIsLeftBehindAtTheDeadlineAndTheFileStaysLockedUntilItEnds() throws Exception {
        SqliteStore<NumberSchema.Numbers> store = NumberSchema.open(path());
        CompletableFuture<String> write =
                CompletableFuture.supplyAsync(() -> store.write((table, checkCancelled) -> hang()));
        assertLeftBehindAndTheFileLockedUntilItEnds(store, write);
        assertThat(Await.result(write)).isEqualTo("done");
    }

    @Test
    void aHangingReadIsLeftBehindAtTheDeadlineAndTheFileStaysLockedUntilItEnds() throws Exception {
        SqliteStore<NumberSchema.Numbers> store = NumberSchema.open(path());
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> store.read(table -> hang()));
        assertLeftBehindAndTheFileLockedUntilItEnds(store, read);
        assertThat(Await.result(read)).isEqualTo("done");
    }

    @Test
    void aCloseEndsTheWaitOfAReadForAConnectionAtOnce() throws Exception {
        Duration minutes = Duration.ofMinutes(10);
        StoreLimits patient = new StoreLimits(10, 1, minutes, minutes, minutes, SECOND);
        SqliteStore<NumberSchema.Numbers> store =
                NumberSchema.open(new StoreSettings(path(), JournalMode.WAL, "id.lum.test db.path", patient));
        CompletableFuture<String> hangingRead = CompletableFuture.supplyAsync(() -> store.read(table -> hang()));
        Await.latch(hanging);
        FutureTask<Boolean> waitingRead = new FutureTask<>(() -> store.read(table -> table.holds(1)));
        Thread waiter = new Thread(waitingRead);
        waiter.setDaemon(true);
        waiter.start();
        Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);

        store.close(deadline());
        assertThat(waitingRead)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .withMessage("The store of numbers is closed.");
        assertThat(hangingRead).as("the other still hangs").isNotDone();

        released.countDown();
        store.close();
    }

    @Test
    void aStoreThatDoesNothingIsClosedBeforeItsDeadline() {
        SqliteStore<NumberSchema.Numbers> store = NumberSchema.open(path());
        StopDeadline deadline = StopDeadline.within(SECOND, () -> 0);
        store.close(deadline);
        NumberSchema.open(path()).close();
    }
}
