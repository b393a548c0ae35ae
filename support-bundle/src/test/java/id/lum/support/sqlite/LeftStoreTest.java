package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.lifecycle.Leased;
import id.lum.support.sqlite.NumberSchema.Numbers;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that could be opened again neither as wanted nor as it was, and another path that is named meanwhile. */
class LeftStoreTest {
    @TempDir
    Path folder;

    private final BlockingQueue<Leased<SqliteStore<Numbers>>> opened = new LinkedBlockingQueue<>();
    private boolean mustBeOpenToLeave;
    private final ReopeningStore<StoreSettings, SqliteStore<Numbers>> stores =
            new ReopeningStore<>(new NumbersFactory(), opened::add);
    private Leased<SqliteStore<Numbers>> store;
    private Path link;

    private final class NumbersFactory implements StoreFactory<StoreSettings, SqliteStore<Numbers>> {
        @Override
        public StoreSettings databaseOf(StoreSettings settings) {
            return settings;
        }

        @Override
        public SqliteStore<Numbers> open(StoreSettings settings) {
            return NumberSchema.open(settings);
        }

        @Override
        public boolean mustBeOpenToLeave() {
            return mustBeOpenToLeave;
        }

        @Override
        public String consequenceWhileClosed() {
            return "Nothing is kept.";
        }
    }

    @BeforeEach
    void loseTheStore() throws Exception {
        stores.apply(settings("one.sqlite", JournalMode.WAL));
        store = opened.take();
        add(1);
        // A file with two names is refused when it is opened.
        link = Files.createLink(folder.resolve("link"), folder.resolve("one.sqlite"));
        stores.apply(settings("one.sqlite", JournalMode.ROLLBACK));
        assertThatThrownBy(() -> holds(1)).isInstanceOf(StoreUnavailable.class).hasMessageContaining("reopened");
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private StoreSettings settings(String name, JournalMode mode) {
        return new StoreSettings(folder.resolve(name), mode, "id.lum.test acl.db.path", StoreLimits.defaults());
    }

    private void add(int number) {
        store.withResource(open -> open.write((table, checkCancelled) -> table.add(number)));
    }

    private boolean holds(int number) {
        return store.withResource(open -> open.read(table -> table.holds(number)));
    }

    private boolean servesWithout(int number) {
        try {
            return !holds(number);
        } catch (StoreUnavailable notYet) {
            return false;
        }
    }

    @Test
    void aStoreThatMayBeLeftUnreadIsLeftAtOnce() {
        stores.apply(settings("two.sqlite", JournalMode.WAL));
        assertThat(holds(1)).isFalse();
    }

    @Test
    void aStoreThatMustBeOpenToBeLeftIsOpenedFirst() throws Exception {
        mustBeOpenToLeave = true;
        try (CapturedLog log = new CapturedLog()) {
            stores.apply(settings("two.sqlite", JournalMode.WAL));
            assertThat(log.errors())
                    .singleElement()
                    .asString()
                    .contains("two.sqlite\" is refused", "one.sqlite\", cannot be opened", "hard links")
                    .contains("or remove the other names", "Nothing is kept.");
        }
        assertThat(folder.resolve("two.sqlite")).doesNotExist();
        Files.delete(link);
        Await.until("the other path serves", () -> servesWithout(1));
    }
}
