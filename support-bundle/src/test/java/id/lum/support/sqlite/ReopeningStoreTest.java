package id.lum.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.SqliteGrantStore;
import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.ReopeningStore;
import id.lum.support.sqlite.StoreFactory;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final BlockingQueue<Leased<SqliteGrantStore>> opened = new LinkedBlockingQueue<>();
    private final ReopeningStore<GrantStoreSettings, SqliteGrantStore> grants =
            new ReopeningStore<>(kind(settings -> SqliteGrantStore.open(settings, Clock.systemUTC())), opened::add);

    private static StoreFactory<GrantStoreSettings, SqliteGrantStore> kind(
            Function<GrantStoreSettings, SqliteGrantStore> opener) {
        return new StoreFactory<>() {
            @Override
            public StoreSettings databaseOf(GrantStoreSettings settings) {
                return settings.store();
            }

            @Override
            public SqliteGrantStore open(GrantStoreSettings settings) {
                return opener.apply(settings);
            }

            @Override
            public String consequenceWhileClosed() {
                return "Nothing is kept.";
            }
        };
    }

    @AfterEach
    void close() {
        grants.close();
    }

    private GrantStoreSettings settings(Path path, JournalMode mode) {
        return new GrantStoreSettings(
                new StoreSettings(path, mode, "id.lum.test acl.db.path", StoreLimits.defaults()), 100, Instant.now());
    }

    private Leased<SqliteGrantStore> open(Path path) throws Exception {
        grants.apply(settings(path, JournalMode.WAL));
        return opened();
    }

    private Leased<SqliteGrantStore> opened() throws InterruptedException {
        return Optional.ofNullable(opened.poll(120, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("No store was opened."));
    }

    private static void grant(Leased<SqliteGrantStore> store, String id) {
        store.withResource(open -> {
            open.grant("workflow", id, "bob", GrantLevel.WRITE);
            return id;
        });
    }

    private static boolean holds(Leased<SqliteGrantStore> store, String id) {
        return store.withResource(open -> open.level("workflow", id, "bob").isPresent());
    }

    @Test
    void aStoreThatCannotBeOpenedComesByItselfOnceTheObstacleHasGone() throws Exception {
        Path path = Files.writeString(
                folder.resolve("acl.sqlite"), "this is no database, and will be in the way for a while");
        grants.apply(settings(path, JournalMode.WAL));
        assertThat(opened).isEmpty();
        Files.delete(path);
        grant(opened(), "wf-1");
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
        GrantStoreSettings wanted = settings(folder.resolve("acl.sqlite"), JournalMode.WAL);
        ReopeningStore<GrantStoreSettings, SqliteGrantStore> slow = new ReopeningStore<>(
                kind(settings -> {
                    hanging.countDown();
                    await(released);
                    return SqliteGrantStore.open(settings, Clock.systemUTC());
                }),
                store -> {});
        Thread opener = new Thread(() -> slow.apply(wanted));
        opener.start();
        await(hanging);
        // Time passes whenever somebody looks at the clock.
        AtomicLong now = new AtomicLong();
        StopDeadline deadline = StopDeadline.within(Duration.ofSeconds(1), () -> now.addAndGet(100_000_000));

        slow.close(deadline);
        assertThat(deadline.left()).as("it has waited until the deadline").isZero();
        assertThat(opener.isAlive()).as("it still hangs").isTrue();
        released.countDown();
        opener.join();
        SqliteGrantStore.open(wanted, Clock.systemUTC()).close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorWhileOpeningIsARefusalThatIsTriedAgain(Error error) throws Exception {
        AtomicBoolean failing = new AtomicBoolean(true);
        BlockingQueue<Leased<SqliteGrantStore>> lent = new LinkedBlockingQueue<>();
        try (ReopeningStore<GrantStoreSettings, SqliteGrantStore> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    if (failing.getAndSet(false)) {
                        throw error;
                    }
                    return SqliteGrantStore.open(wanted, Clock.systemUTC());
                }),
                lent::add)) {
            troubled.apply(settings(folder.resolve("acl.sqlite"), JournalMode.WAL));
            assertThat(lent.poll(120, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorWhileReopeningLeavesTheLastGoodStoreInForce(Error error) throws Exception {
        BlockingQueue<Leased<SqliteGrantStore>> lent = new LinkedBlockingQueue<>();
        Path path = folder.resolve("acl.sqlite");
        try (ReopeningStore<GrantStoreSettings, SqliteGrantStore> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    if (wanted.store().journalMode() == JournalMode.ROLLBACK) {
                        throw error;
                    }
                    return SqliteGrantStore.open(wanted, Clock.systemUTC());
                }),
                lent::add)) {
            troubled.apply(settings(path, JournalMode.WAL));
            Leased<SqliteGrantStore> store = lent.take();
            grant(store, "wf-1");
            troubled.apply(settings(path, JournalMode.ROLLBACK));
            assertThat(holds(store, "wf-1")).isTrue();
        }
    }

    @Test
    void anotherPathIsOpenedBesideTheOldStoreAndTheLeaseStaysTheSame() throws Exception {
        Leased<SqliteGrantStore> store = open(folder.resolve("one.sqlite"));
        grant(store, "wf-1");
        grants.apply(settings(folder.resolve("two.sqlite"), JournalMode.WAL));
        assertThat(holds(store, "wf-1")).isFalse();
        grants.apply(settings(folder.resolve("three.sqlite"), JournalMode.WAL));
        assertThat(opened).as("nothing is published a second time").isEmpty();
    }

    @Test
    void aChangeOnTheSamePathKeepsTheGrants() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Leased<SqliteGrantStore> store = open(path);
        grant(store, "wf-1");
        grants.apply(settings(path, JournalMode.ROLLBACK));
        assertThat(holds(store, "wf-1")).isTrue();
        assertThat(Files.exists(Path.of(path + "-wal"))).isFalse();
    }

    @Test
    void aPathThatCannotBeOpenedLeavesTheLastGoodStoreInForce() throws Exception {
        Leased<SqliteGrantStore> store = open(folder.resolve("one.sqlite"));
        grant(store, "wf-1");
        grants.apply(settings(folder, JournalMode.WAL));
        assertThat(holds(store, "wf-1")).isTrue();
    }

    @Test
    void aFileThatCanBeOpenedNeitherAsWantedNorAsItWasComesBackWithTheSettingsItHad() throws Exception {
        AtomicBoolean refusing = new AtomicBoolean();
        BlockingQueue<Leased<SqliteGrantStore>> lent = new LinkedBlockingQueue<>();
        Path path = folder.resolve("acl.sqlite");
        GrantStoreSettings had = settings(path, JournalMode.WAL);
        try (ReopeningStore<GrantStoreSettings, SqliteGrantStore> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    if (refusing.get()) {
                        throw new IllegalStateException("The disk is full.");
                    }
                    return SqliteGrantStore.open(wanted, Clock.systemUTC());
                }),
                lent::add)) {
            troubled.apply(had);
            Leased<SqliteGrantStore> store = lent.take();
            grant(store, "wf-1");
            refusing.set(true);
            troubled.apply(settings(path, JournalMode.ROLLBACK));
            refusing.set(false);
            troubled.apply(had);
            assertThat(holds(store, "wf-1")).isTrue();
        }
    }

    @Test
    void aPathThatWasLeftAMomentAgoIsTakenBackAsSoonAsTheStoreThatWasThereIsClosed() throws Exception {
        Leased<SqliteGrantStore> store = open(folder.resolve("one.sqlite"));
        grant(store, "wf-1");
        CountDownLatch used = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Thread user = new Thread(() -> store.withResource(open -> {
            used.countDown();
            return waitFor(released);
        }));
        user.start();
        assertThat(waitFor(used)).isTrue();
        grants.apply(settings(folder.resolve("two.sqlite"), JournalMode.WAL));
        Thread owner = Thread.currentThread();
        Thread releasing = new Thread(() -> {
            while (owner.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            released.countDown();
        });
        releasing.setDaemon(true);
        releasing.start();
        try {
            grants.apply(settings(folder.resolve("one.sqlite"), JournalMode.WAL));
            assertThat(holds(store, "wf-1")).isTrue();
        } finally {
            released.countDown();
            user.join();
        }
    }

    private static boolean waitFor(CountDownLatch latch) {
        try {
            return latch.await(120, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void theThreadThatTriesAgainIsThereBeforeAnythingIsOpenedAndEndsWithTheStore() throws Exception {
        BlockingQueue<Thread> openers = new LinkedBlockingQueue<>();
        AtomicBoolean failing = new AtomicBoolean(true);
        Thread trying;
        try (ReopeningStore<GrantStoreSettings, SqliteGrantStore> troubled = new ReopeningStore<>(
                kind(wanted -> {
                    openers.add(Thread.currentThread());
                    if (failing.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return SqliteGrantStore.open(wanted, Clock.systemUTC());
                }),
                opened::add)) {
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            troubled.apply(settings(folder.resolve("acl.sqlite"), JournalMode.WAL));
            opened();
            assertThat(openers.take()).isSameAs(Thread.currentThread());
            trying = openers.take();
            assertThat(before).contains(trying);
        }
        trying.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(trying.isAlive()).isFalse();
    }

    @Test
    void aStopDoesNotWaitForALockThatKeepsAnotherPathFromBeingOpened() throws Exception {
        Path locked = folder.resolve("locked.sqlite");
        SqliteGrantStore.open(settings(locked, JournalMode.WAL), Clock.systemUTC())
                .close();
        Leased<SqliteGrantStore> store = open(folder.resolve("acl.sqlite"));
        Duration minutes = Duration.ofMinutes(2);
        StoreLimits patient = new StoreLimits(10, 1, minutes, minutes, minutes, minutes.minusSeconds(1));
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + locked);
                Statement sql = other.createStatement()) {
            sql.execute("BEGIN EXCLUSIVE");
            Thread applying = new Thread(() -> grants.apply(new GrantStoreSettings(
                    new StoreSettings(locked, JournalMode.ROLLBACK, "id.lum.test acl.db.path", patient),
                    100,
                    Instant.now())));
            applying.start();
            assertTimeoutPreemptively(minutes.dividedBy(4), () -> {
                grants.close();
                applying.join();
            });
        }
        assertThatThrownBy(() -> holds(store, "wf-1")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStopDoesNotWaitForTheCallsThatAChangeOnTheSamePathWaitsFor() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Leased<SqliteGrantStore> store = open(path);
        CountDownLatch used = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Thread user = new Thread(() -> store.withResource(open -> {
            used.countDown();
            return waitFor(released);
        }));
        user.start();
        assertThat(waitFor(used)).isTrue();
        Thread applying = new Thread(() -> grants.apply(settings(path, JournalMode.ROLLBACK)));
        applying.start();
        while (applying.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        try {
            grants.close();
            applying.join();
            assertThat(user.isAlive()).as("the call is not over").isTrue();
        } finally {
            released.countDown();
            user.join();
        }
        SqliteGrantStore.open(settings(path, JournalMode.WAL), Clock.systemUTC())
                .close();
    }

    @Test
    void onceClosedTheStoreAnswersNothingAndItsFileIsFree() throws Exception {
        Path path = folder.resolve("acl.sqlite");
        Leased<SqliteGrantStore> store = open(path);
        grant(store, "wf-1");
        grants.close();
        assertThatThrownBy(() -> holds(store, "wf-1")).isInstanceOf(IllegalStateException.class);
        SqliteGrantStore.open(settings(path, JournalMode.WAL), Clock.systemUTC())
                .close();
    }
}
