package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A store that fails to open, at any step and with anything, leaves nothing open and nothing locked. */
class OpenFailureTest {
    /** The connections of a store: the writer's, and one for each reader. */
    private static final int CONNECTIONS = 1
            + StoreLimits.defaults().readConnections()
            + StoreLimits.defaults().longReadConnections();

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("db.sqlite");
    }

    /** Throws once, at one step. */
    private static final class FailingSchema extends NumberSchema {
        private final String step;
        private final Throwable failure;
        private final AtomicInteger connections = new AtomicInteger();

        FailingSchema(String step, Throwable failure) {
            this.step = step;
            this.failure = failure;
        }

        private void at(String reached) throws SQLException {
            if (reached.equals(step)) {
                if (failure instanceof SQLException sql) {
                    throw sql;
                }
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            }
        }

        @Override
        public Optional<String> objection(Connection connection) throws SQLException {
            at("objection");
            return super.objection(connection);
        }

        @Override
        public void complete(Connection connection) throws SQLException {
            at("complete");
            super.complete(connection);
        }

        @Override
        public Numbers bind(Connection connection) throws SQLException {
            at("connection " + connections.incrementAndGet());
            return super.bind(connection);
        }
    }

    static Stream<Arguments> failures() {
        Stream<String> steps = Stream.concat(
                Stream.of("objection", "complete"),
                Stream.iterate(1, i -> i + 1).limit(CONNECTIONS).map(i -> "connection " + i));
        return steps.flatMap(step -> Stream.of(
                        new SQLException("out of order"),
                        new IllegalStateException("broken"),
                        new NoClassDefFoundError("gone"),
                        new OutOfMemoryError("Java heap space"))
                .map(failure -> Arguments.of(step, failure)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void afterAFailureInTheDatabaseTheSameFileOpens(String step, Throwable failure) throws IOException {
        Throwable thrown = catchThrowable(() ->
                SqliteStore.open(NumberSchema.settings(path()), new FailingSchema(step, failure), () -> {}, List.of()));
        assertThat(thrown).isNotNull();
        if (failure instanceof LinkageError) {
            assertThat(thrown).isInstanceOf(StoreRefused.class).hasMessageContaining("gone");
        }
        assertThat(openFiles()).isEmpty();
        NumberSchema.open(path()).close();
    }

    /** Descriptors of this process on the database and what is beside it; none where the system does not tell. */
    private List<String> openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        String database = folder.toRealPath().resolve("db.sqlite").toString();
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.map(OpenFailureTest::target)
                    .filter(target -> target.startsWith(database))
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    @Test
    void afterALockFileThatIsADirectoryTheSameFileOpens() throws IOException {
        Path lock = Files.createDirectory(folder.resolve("db.sqlite.lock"));
        assertThat(catchThrowable(() -> NumberSchema.open(path())))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("db.sqlite.lock");
        Files.delete(lock);
        NumberSchema.open(path()).close();
    }

    @Test
    void afterALogWithoutItsDatabaseTheSameFileOpens() throws IOException {
        Path log = Files.writeString(folder.resolve("db.sqlite-wal"), "committed");
        assertThat(catchThrowable(() -> NumberSchema.open(path()))).isInstanceOf(StoreRefused.class);
        Files.delete(log);
        NumberSchema.open(path()).close();
    }

    @Test
    void afterAHardLinkIsGoneTheSameFileOpens() throws IOException {
        NumberSchema.open(path()).close();
        Path other = Files.createLink(folder.resolve("other"), path());
        assertThat(catchThrowable(() -> NumberSchema.open(path()))).hasMessageContaining("hard links");
        Files.delete(other);
        NumberSchema.open(path()).close();
    }

    @Test
    void afterAWrongPragmaTheSameFileOpens() {
        assertThat(catchThrowable(() -> SqliteStore.open(
                        NumberSchema.settings(path()), new NumberSchema(), () -> {}, List.of("NO PRAGMA"))))
                .isInstanceOf(StoreRefused.class);
        NumberSchema.open(path()).close();
    }

    @Test
    void anErrorAfterACommitDoesNotEndTheThreadThatWrites() throws Exception {
        AtomicBoolean failing = new AtomicBoolean(true);
        CountDownLatch failed = new CountDownLatch(1);
        TransactionListener settled = () -> {
            if (failing.getAndSet(false)) {
                failed.countDown();
                throw new OutOfMemoryError("Java heap space");
            }
        };
        try (SqliteStore<NumberSchema.Numbers> store =
                SqliteStore.open(NumberSchema.settings(path()), new NumberSchema(), settled, List.of())) {
            assertThat(store.<Integer>write((table, checkCancelled) -> 1))
                    .as("committed")
                    .isEqualTo(1);
            Await.latch(failed);
            assertThat(store.<Integer>write((table, checkCancelled) -> 2)).isEqualTo(2);
        }
    }
}
