package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.testing.Await;
import id.lum.testing.Background;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Writes of several callers in one transaction. */
class GroupCommitTest {
    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("n.sqlite");
    }

    /** Runs calls so that all of them share one transaction. */
    private List<CompletableFuture<Integer>> together(
            SqliteStore<NumberSchema.Numbers> store, List<Callable<Integer>> calls) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path().toUri());
        List<CompletableFuture<Integer>> started = new ArrayList<>();
        try (Connection other = source.getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            for (Callable<Integer> call : calls) {
                started.add(Background.start(call));
            }
            Await.until("all are queued", () -> store.metrics().queued() == calls.size() - 1);
            statement.execute("ROLLBACK");
        }
        return started;
    }

    private static int add(NumberSchema.Numbers table, int number) throws SQLException {
        if (number == 3) {
            table.add(33);
            throw new SQLException("no threes");
        }
        return table.add(number);
    }

    @Test
    void aWriteThatFailsIsUndoneAndTheOthersAreWrittenOnceInTheSameTransaction() throws Exception {
        try (SqliteStore<NumberSchema.Numbers> store = NumberSchema.open(path())) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                calls.add(() -> store.write((table, checkCancelled) -> add(table, number)));
            }
            List<CompletableFuture<Integer>> started = together(store, calls);
            for (int i = 0; i < 10; i++) {
                CompletableFuture<Integer> call = started.get(i);
                if (i == 3) {
                    assertThatThrownBy(() -> Await.result(call))
                            .isInstanceOf(ExecutionException.class)
                            .hasCauseInstanceOf(StoreUnavailable.class)
                            .hasMessageContaining("no threes");
                } else {
                    assertThat(Await.result(call)).isEqualTo(1);
                }
            }
            assertThat(store.<Integer>read(NumberSchema.Numbers::count)).isEqualTo(9);
            assertThat(store.<Boolean>read(table -> table.holds(33))).isFalse();
            assertThat(store.metrics().commits()).isEqualTo(1);
            assertThat(store.metrics().writes()).isEqualTo(9);
        }
    }

    private static final class Followed implements TransactionListener {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void committed() {
            events.add("committed");
        }

        @Override
        public void afterTransaction() {
            events.add("ended");
        }
    }

    @Test
    void aCommitOfWhichAWriteFailedIsNotReportedAsCommittedAsItRan() throws Exception {
        Followed followed = new Followed();
        try (SqliteStore<NumberSchema.Numbers> store =
                SqliteStore.open(NumberSchema.settings(path()), new NumberSchema(), followed, List.of())) {
            store.write((table, checkCancelled) -> add(table, 1));
            assertThat(followed.events).containsExactly("committed", "ended");
            followed.events.clear();
            List<CompletableFuture<Integer>> started = together(
                    store,
                    List.of(
                            () -> store.write((table, checkCancelled) -> add(table, 2)),
                            () -> store.write((table, checkCancelled) -> add(table, 3))));
            assertThat(Await.result(started.get(0))).isEqualTo(1);
            assertThatThrownBy(() -> Await.result(started.get(1))).hasMessageContaining("no threes");
            assertThat(followed.events).containsExactly("ended");
            followed.events.clear();
            assertThatThrownBy(() -> store.write((table, checkCancelled) -> add(table, 3)))
                    .hasMessageContaining("no threes");
            assertThat(followed.events).containsExactly("ended");
        }
    }

    @Test
    void anErrorOfTheListenerAfterACommitNeitherKeepsTheEndFromItNorTheAnswerFromTheCaller() {
        List<String> events = new CopyOnWriteArrayList<>();
        TransactionListener failing = new TransactionListener() {
            @Override
            public void committed() {
                throw new OutOfMemoryError("for a test");
            }

            @Override
            public void afterTransaction() {
                events.add("ended");
            }
        };
        try (SqliteStore<NumberSchema.Numbers> store =
                SqliteStore.open(NumberSchema.settings(path()), new NumberSchema(), failing, List.of())) {
            assertThat(store.<Integer>write((table, checkCancelled) -> add(table, 1)))
                    .isEqualTo(1);
            assertThat(events).containsExactly("ended");
        }
    }

    @Test
    void whenAFileIsDisplacedThoseThatNeedItInPlaceAreRefusedAndOthersWritten() throws Exception {
        try (SqliteStore<NumberSchema.Numbers> store = NumberSchema.open(path())) {
            List<CompletableFuture<Integer>> started = together(
                    store,
                    List.of(
                            () -> {
                                Files.deleteIfExists(folder.resolve("n.sqlite.lock"));
                                return store.writeInPlace((table, checkCancelled) -> table.add(1));
                            },
                            () -> store.write((table, checkCancelled) -> table.add(2))));
            assertThatThrownBy(() -> Await.result(started.get(0))).hasMessageContaining(".lock was removed");
            assertThat(Await.result(started.get(1))).isEqualTo(1);
            assertThat(store.<Boolean>read(table -> table.holds(1))).isFalse();
            assertThat(store.<Boolean>read(table -> table.holds(2))).isTrue();
            assertThatThrownBy(() -> store.writeAlone((table, checkCancelled) -> table.add(3)))
                    .hasMessageContaining(".lock was removed");
            assertThat(store.<Boolean>read(table -> table.holds(3))).isFalse();
        }
    }
}
