package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.support.lifecycle.Leased;
import id.lum.support.sqlite.NumberSchema.Numbers;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files beside the database that somebody removes while it is open. */
class DisplacedSidecarTest {
    @TempDir
    Path folder;

    private final AtomicReference<Leased<SqliteStore<Numbers>>> opened = new AtomicReference<>();
    private final ReopeningStore<StoreSettings, SqliteStore<Numbers>> stores =
            new ReopeningStore<>(new NumbersFactory(), opened::set);

    private static final class NumbersFactory implements StoreFactory<StoreSettings, SqliteStore<Numbers>> {
        @Override
        public StoreSettings databaseOf(StoreSettings settings) {
            return settings;
        }

        @Override
        public SqliteStore<Numbers> open(StoreSettings settings) {
            return NumberSchema.open(settings);
        }

        @Override
        public Optional<String> displaced(SqliteStore<Numbers> open) {
            return open.displaced();
        }

        @Override
        public void prepareCloseOfDisplaced(SqliteStore<Numbers> displaced) {
            displaced.checkpointBeforeClose();
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

    private boolean write(int number) {
        try {
            opened.get().withResource(store -> {
                store.requireInPlace();
                return store.write((table, checkCancelled) -> table.add(number));
            });
            return true;
        } catch (StoreUnavailable displaced) {
            return false;
        }
    }

    private boolean holds(int number) {
        return opened.get().withResource(store -> store.read(table -> table.holds(number)));
    }

    @ParameterizedTest
    @ValueSource(strings = {".lock", "-wal"})
    void whenOneIsNotPutBackTheStoreIsOpenedAgainAndTheLineSaysSo(String suffix) throws Exception {
        Path database = folder.resolve("n.sqlite");
        stores.apply(NumberSchema.settings(database));
        write(1);
        try (CapturedLog log = new CapturedLog()) {
            Files.delete(Path.of(database + suffix));
            assertThat(write(2)).isFalse();
            Await.until("writes are taken again", () -> write(3));

            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains(suffix + " was removed while it was open. "
                            + "Put it back; otherwise the store is opened again. Until then");
        }
        assertThat(holds(1)).isTrue();
        assertThat(holds(2)).isFalse();
        assertThat(holds(3)).isTrue();
    }

    @Test
    void whenTheDatabaseItselfIsRemovedTheLineAsksForItOrAnother() throws Exception {
        Path database = folder.resolve("n.sqlite");
        stores.apply(NumberSchema.settings(database));
        write(1);
        Path aside = Files.move(database, folder.resolve("aside"));
        try (CapturedLog log = new CapturedLog()) {
            assertThat(write(2)).isFalse();
            Await.until("it is logged", () -> !log.errors().isEmpty());
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains("n.sqlite was removed while it was open. Put it back, or move another database there.");
        }
        Files.move(aside, database);
    }
}
