package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.sqlite.NumberSchema.Numbers;
import id.lum.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A store that is kept open through changes of its settings, on real files. */
class ReopeningStoreTest {
    @TempDir
    Path folder;

    private final BlockingQueue<Leased<SqliteStore<Numbers>>> opened = new LinkedBlockingQueue<>();
    private final ReopeningStore<StoreSettings, SqliteStore<Numbers>> stores =
            new ReopeningStore<>(kind(settings -> NumberSchema.open(settings)), opened::add);

    private static StoreFactory<StoreSettings, SqliteStore<Numbers>> kind(
            Function<StoreSettings, SqliteStore<Numbers>> opener) {
        return new NumbersFactory(opener);
    }

    private static class NumbersFactory implements StoreFactory<StoreSettings, SqliteStore<Numbers>> {
        private final Function<StoreSettings, SqliteStore<Numbers>> opener;

        NumbersFactory(Function<StoreSettings, SqliteStore<Numbers>> opener) {
            this.opener = opener;
        }

        @Override
        public StoreSettings databaseOf(StoreSettings settings) {
            return settings;
        }

        @Override
        public SqliteStore<Numbers> open(StoreSettings settings) {
            return opener.apply(settings);
        }

        @Override
        public String consequenceWhileClosed() {
            return "Nothing is kept.";
        }
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private static StoreSettings settings(Path path, JournalMode mode) {
        return new StoreSettings(path, mode, "id.lum.test acl.db.path", StoreLimits.defaults());
    }

    private Leased<SqliteStore<Numbers>> open(Path path) throws Exception {
        stores.apply(settings(path, JournalMode.WAL));
        return opened();
    }

    private Leased<SqliteStore<Numbers>> opened() throws InterruptedException {
        return Optional.ofNullable(opened.poll(120, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("No store was opened."));
    }

    private static void add(Leased<SqliteStore<Numbers>> store, int number) {
        store.withResource(open -> open.write((table, checkCancelled) -> table.add(number)));
    }

    private static boolean holds(Leased<SqliteStore<Numbers>> store, int number) {
        return store.withResource(open -> open.read(table -> table.holds(number)));
    }

    @Test
    void aStoreThatCannotBeOpenedComesByItselfOnceTheObstacleHasGone() throws Exception {
        Path path = Files.writeString(
                folder.resolve("acl.sqlite"), "this is no database, and will be in the way for a while");
        stores.apply(settings(path, JournalMode.WAL));
        assertThat(opened).isEmpty();
        Files.delete(path);
        add(opened(), 1);
    }

    static Stream<Error> errors() {
        return Stream.of(
                new UnsatisfiedLinkError("no library"),
                new NoClassDefFoundError("gone"),
                new ExceptionInInitializerError("broken"),
                new OutOfMemoryError("Java heap space"));
    }

    @Test
    void aStopDoesNotWaitForAnOpeningThatHangsAndWhatThatOpensIsClosed() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        StoreSettings wanted = settings(folder.resolve("acl.sqlite"), JournalMode.WAL);
        ReopeningStore<StoreSettings, SqliteStore<Numbers>> slow = new ReopeningStore<>(
                kind(settings -> {
                    hanging.countDown();
                    Await.latch(released);
                    return NumberSchema.open(settings);
                }),
                store -> {});
        Thread opener = new Thread(() -> slow.apply(wanted));
        opener.start();
        Await.latch(hanging);
        // Time passes whenever somebody looks at the clock.
        AtomicLong now = new AtomicLong();
        StopDeadline deadline = StopDeadline.within(Duration.ofSeconds(1), () -> now.addAndGet(100_000_000));

        slow.close(deadline);
        assertThat(deadline.left()).as("it has waited until the deadline").isZero();
        assertThat(opener.isAlive()).as("it still hangs").isTrue();
        released.countDown();
        opener.join();
        NumberSchema.open(wanted).close();
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorWhileOpeningIsARefusalThatIsTriedAgain(Error error) throws Exception {
        AtomicBoolean failing = new AtomicBoolean(true);
        BlockingQueue<Leased<SqliteStore<Numbers>>> lent = new LinkedBlockingQueue<>();
        try (ReopeningStore<StoreSettings, SqliteStore<Numbers>> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    if (failing.getAndSet(false)) {
                        throw error;
                    }
                    return NumberSchema.open(wanted);
                }),
                lent::add)) {
            troubled.apply(settings(folder.resolve("acl.sqlite"), JournalMode.WAL));
            assertThat(lent.poll(120, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorWhileReopeningLeavesTheLastGoodStoreInForce(Error error) throws Exception {
        BlockingQueue<Leased<SqliteStore<Numbers>>> lent = new LinkedBlockingQueue<>();
        Path path = folder.resolve("acl.sqlite");
        try (ReopeningStore<StoreSettings, SqliteStore<Numbers>> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    if (wanted.journalMode() == JournalMode.ROLLBACK) {
                        throw error;
                    }
                    return NumberSchema.open(wanted);
                }),
                lent::add)) {
            troubled.apply(settings(path, JournalMode.WAL));
            Leased<SqliteStore<Numbers>> store = lent.take();
            add(store, 1);
            troubled.apply(settings(path, JournalMode.ROLLBACK));
            assertThat(holds(store, 1)).isTrue();
        }
    }

    @Test
    void aChangeThatIsRefusedForADisplacedFileIsTriedAgainThoughTheFileIsBackAtOnce() throws Exception {
        AtomicBoolean displaced = new AtomicBoolean();
        BlockingQueue<Leased<SqliteStore<Numbers>>> lent = new LinkedBlockingQueue<>();
        Path path = folder.resolve("acl.sqlite");
        StoreFactory<StoreSettings, SqliteStore<Numbers>> displacedOnce = new NumbersFactory(NumberSchema::open) {
            @Override
            public Optional<String> displaced(SqliteStore<Numbers> open) {
                return displaced.getAndSet(false) ? Optional.of("The file was removed.") : Optional.empty();
            }
        };
        try (ReopeningStore<StoreSettings, SqliteStore<Numbers>> swapped =
                new ReopeningStore<>(displacedOnce, lent::add)) {
            swapped.apply(settings(path, JournalMode.WAL));
            Leased<SqliteStore<Numbers>> store = lent.take();
            displaced.set(true);
            swapped.apply(settings(path, JournalMode.ROLLBACK));
            Await.until("the change is made", () -> synchronous(store).equals("EXTRA"));
        }
    }

    @Test
    void aChangeOnTheSamePathThatAnotherProgramPreventsComesByItselfOnceThatHasEnded() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Leased<SqliteStore<Numbers>> store = open(path);
        add(store, 1);
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement sql = other.createStatement()) {
            sql.execute("BEGIN");
            sql.execute("SELECT * FROM numbers");
            stores.apply(settings(path, JournalMode.ROLLBACK));
            assertThat(synchronous(store)).as("the last good store serves").isEqualTo("FULL");
        }
        Await.until("the change is made", () -> synchronous(store).equals("EXTRA"));
        assertThat(holds(store, 1)).isTrue();
    }

    @Test
    void aChangeIsTriedAgainThoughAnErrorComesWhileItsRefusalIsLookedInto() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        AtomicBoolean failing = new AtomicBoolean();
        Path path = folder.resolve("two.sqlite");
        StoreFactory<StoreSettings, SqliteStore<Numbers>> brittle =
                new NumbersFactory(settings -> {
                    if (settings.path().equals(path) && tries.incrementAndGet() < 3) {
                        // At the first try the owner of the configuration would learn of the second error.
                        failing.set(tries.get() == 2);
                        throw new OutOfMemoryError("for a test");
                    }
                    return NumberSchema.open(settings);
                }) {
                    @Override
                    public StoreSettings databaseOf(StoreSettings settings) {
                        if (failing.getAndSet(false)) {
                            throw new OutOfMemoryError("for a test, once more");
                        }
                        return settings;
                    }
                };
        BlockingQueue<Leased<SqliteStore<Numbers>>> lent = new LinkedBlockingQueue<>();
        try (ReopeningStore<StoreSettings, SqliteStore<Numbers>> moved = new ReopeningStore<>(brittle, lent::add)) {
            moved.apply(settings(folder.resolve("one.sqlite"), JournalMode.WAL));
            Leased<SqliteStore<Numbers>> store = lent.take();
            moved.apply(settings(path, JournalMode.ROLLBACK));
            Await.until("the new mode is in force", () -> synchronous(store).equals("EXTRA"));
        }
        assertThat(tries).hasValue(3);
    }

    private static String synchronous(Leased<SqliteStore<Numbers>> store) {
        return store.withResource(SqliteStore::synchronous);
    }

    @Test
    void anotherPathIsOpenedBesideTheOldStoreAndTheLeaseStaysTheSame() throws Exception {
        Leased<SqliteStore<Numbers>> store = open(folder.resolve("one.sqlite"));
        add(store, 1);
        stores.apply(settings(folder.resolve("two.sqlite"), JournalMode.WAL));
        assertThat(holds(store, 1)).isFalse();
        stores.apply(settings(folder.resolve("three.sqlite"), JournalMode.WAL));
        assertThat(opened).as("nothing is published a second time").isEmpty();
    }

    @Test
    void aChangeOnTheSamePathKeepsWhatWasWritten() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Leased<SqliteStore<Numbers>> store = open(path);
        add(store, 1);
        stores.apply(settings(path, JournalMode.ROLLBACK));
        assertThat(holds(store, 1)).isTrue();
        assertThat(Files.exists(Path.of(path + "-wal"))).isFalse();
    }

    @Test
    void aPathThatCannotBeOpenedLeavesTheLastGoodStoreInForce() throws Exception {
        Leased<SqliteStore<Numbers>> store = open(folder.resolve("one.sqlite"));
        add(store, 1);
        stores.apply(settings(folder, JournalMode.WAL));
        assertThat(holds(store, 1)).isTrue();
    }

    @Test
    void aFileThatCanBeOpenedNeitherAsWantedNorAsItWasComesBackWithTheSettingsItHad() throws Exception {
        AtomicBoolean refusing = new AtomicBoolean();
        BlockingQueue<Leased<SqliteStore<Numbers>>> lent = new LinkedBlockingQueue<>();
        Path path = folder.resolve("acl.sqlite");
        StoreSettings had = settings(path, JournalMode.WAL);
        try (ReopeningStore<StoreSettings, SqliteStore<Numbers>> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    if (refusing.get()) {
                        throw new IllegalStateException("The disk is full.");
                    }
                    return NumberSchema.open(wanted);
                }),
                lent::add)) {
            troubled.apply(had);
            Leased<SqliteStore<Numbers>> store = lent.take();
            add(store, 1);
            refusing.set(true);
            troubled.apply(settings(path, JournalMode.ROLLBACK));
            refusing.set(false);
            troubled.apply(had);
            assertThat(holds(store, 1)).isTrue();
        }
    }

    @Test
    void aPathThatWasLeftAMomentAgoIsTakenBackAsSoonAsTheStoreThatWasThereIsClosed() throws Exception {
        Leased<SqliteStore<Numbers>> store = open(folder.resolve("one.sqlite"));
        add(store, 1);
        CountDownLatch used = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Thread user = new Thread(() -> store.withResource(open -> {
            used.countDown();
            Await.latch(released);
            return true;
        }));
        user.start();
        Await.latch(used);
        stores.apply(settings(folder.resolve("two.sqlite"), JournalMode.WAL));
        Thread owner = Thread.currentThread();
        Thread releasing = new Thread(() -> {
            Await.until("it waits for the call", () -> owner.getState() == Thread.State.TIMED_WAITING);
            released.countDown();
        });
        releasing.setDaemon(true);
        releasing.start();
        try {
            stores.apply(settings(folder.resolve("one.sqlite"), JournalMode.WAL));
            assertThat(holds(store, 1)).isTrue();
        } finally {
            released.countDown();
            user.join();
        }
    }

    @Test
    void theThreadThatTriesAgainIsThereBeforeAnythingIsOpenedAndEndsWithTheStore() throws Exception {
        BlockingQueue<Thread> openers = new LinkedBlockingQueue<>();
        AtomicBoolean failing = new AtomicBoolean(true);
        Thread trying;
        try (ReopeningStore<StoreSettings, SqliteStore<Numbers>> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    openers.add(Thread.currentThread());
                    if (failing.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return NumberSchema.open(wanted);
                }),
                opened::add)) {
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            troubled.apply(settings(folder.resolve("acl.sqlite"), JournalMode.WAL));
            opened();
            assertThat(openers.take()).isSameAs(Thread.currentThread());
            trying = openers.take();
            assertThat(before).contains(trying);
        }
        Await.until("the thread has ended", () -> !trying.isAlive());
    }

    @Test
    void aStopDoesNotWaitForALockThatKeepsAnotherPathFromBeingOpened() throws Exception {
        Path locked = folder.resolve("locked.sqlite");
        NumberSchema.open(settings(locked, JournalMode.WAL)).close();
        Leased<SqliteStore<Numbers>> store = open(folder.resolve("acl.sqlite"));
        Duration minutes = Duration.ofMinutes(2);
        StoreLimits patient = new StoreLimits(10, 1, minutes, minutes, minutes, minutes.minusSeconds(1));
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + locked);
                Statement sql = other.createStatement()) {
            sql.execute("BEGIN EXCLUSIVE");
            Thread applying = new Thread(() ->
                    stores.apply(new StoreSettings(locked, JournalMode.ROLLBACK, "id.lum.test acl.db.path", patient)));
            applying.start();
            assertTimeoutPreemptively(minutes.dividedBy(4), () -> {
                stores.close();
                applying.join();
            });
        }
        assertThatThrownBy(() -> holds(store, 1)).isInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aStopDoesNotWaitForTheCallsThatAChangeOnTheSamePathWaitsFor() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Leased<SqliteStore<Numbers>> store = open(path);
        CountDownLatch used = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Thread user = new Thread(() -> store.withResource(open -> {
            used.countDown();
            Await.latch(released);
            return true;
        }));
        user.start();
        Await.latch(used);
        Thread applying = new Thread(() -> stores.apply(settings(path, JournalMode.ROLLBACK)));
        applying.start();
        Await.until("it waits for the call", () -> applying.getState() == Thread.State.TIMED_WAITING);
        try {
            stores.close();
            applying.join();
            assertThat(user.isAlive()).as("the call is not over").isTrue();
        } finally {
            released.countDown();
            user.join();
        }
        NumberSchema.open(settings(path, JournalMode.WAL)).close();
    }

    @Test
    void onceClosedTheStoreAnswersNothingAndItsFileIsFree() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Leased<SqliteStore<Numbers>> store = open(path);
        add(store, 1);
        stores.close();
        assertThatThrownBy(() -> holds(store, 1)).isInstanceOf(StoreUnavailable.class);
        NumberSchema.open(settings(path, JournalMode.WAL)).close();
    }
}
