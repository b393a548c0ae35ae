package id.lum.flowmesh.internal.outbox;

import static id.lum.flowmesh.internal.outbox.Outboxes.MANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreRefused;
import id.lum.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that an earlier version of the adapter wrote is opened, and nothing in it is lost. */
class OutboxMigrationTest {
    private static final long NOW = Outboxes.START.toEpochMilli();
    private static final String ROW = "principal_id TEXT NOT NULL, org_id TEXT NOT NULL, supplier_id TEXT,"
            + " occurred_at TEXT NOT NULL, cost TEXT NOT NULL, task_id TEXT NOT NULL, runtime_sec TEXT NOT NULL,"
            + " cost_per_hour TEXT NOT NULL, task_status TEXT NOT NULL, emitted_at INTEGER NOT NULL";

    @TempDir
    Path directory;

    private Path path;

    /** Version 1, as it was written: two rows of bob, one of eve without an address, one of mal, two dead letters. */
    @BeforeEach
    void writeVersion1() throws Exception {
        path = directory.resolve("outbox.sqlite");
        Outboxes.run(
                path,
                "PRAGMA journal_mode = WAL",
                "BEGIN",
                "CREATE TABLE addresses (slot INTEGER PRIMARY KEY, used INTEGER NOT NULL, address BLOB NOT NULL)",
                "CREATE TABLE dead_letters (id INTEGER PRIMARY KEY AUTOINCREMENT, " + ROW
                        + ", died_at INTEGER NOT NULL, reason TEXT NOT NULL)",
                "CREATE TABLE lanes (principal_id TEXT NOT NULL PRIMARY KEY, due_at INTEGER NOT NULL, held INTEGER NOT"
                        + " NULL, failures INTEGER NOT NULL, refusals INTEGER NOT NULL, refused_since INTEGER,"
                        + " said TEXT, slot INTEGER) WITHOUT ROWID",
                "CREATE TABLE totals (live INTEGER NOT NULL, dead INTEGER NOT NULL)",
                "CREATE TABLE usage_rows (seq INTEGER PRIMARY KEY AUTOINCREMENT, " + ROW + ")",
                "CREATE INDEX addresses_free ON addresses (slot) WHERE used = 0",
                "CREATE TRIGGER count_dead_less AFTER DELETE ON dead_letters BEGIN UPDATE totals SET dead = dead - 1; END",
                "CREATE TRIGGER count_dead_more AFTER INSERT ON dead_letters BEGIN UPDATE totals SET dead = dead + 1; END",
                "CREATE TRIGGER count_live_less AFTER DELETE ON usage_rows BEGIN UPDATE totals SET live = live - 1; END",
                "CREATE TRIGGER count_live_more AFTER INSERT ON usage_rows BEGIN UPDATE totals SET live = live + 1; END",
                "CREATE INDEX lanes_due ON lanes (due_at) WHERE held = 0",
                "CREATE INDEX lanes_failed ON lanes (due_at) WHERE held = 0 AND failures > 0",
                "CREATE INDEX lanes_held ON lanes (principal_id) WHERE held = 1",
                "CREATE INDEX usage_rows_by_age ON usage_rows (emitted_at)",
                "CREATE INDEX usage_rows_of_principal ON usage_rows (principal_id, seq)",
                "INSERT INTO totals VALUES (0, 0)",
                "PRAGMA user_version = 1",
                "COMMIT",
                insert("usage_rows", 5, "bob", "t1", ""),
                insert("usage_rows", 6, "eve", "t2", ""),
                insert("usage_rows", 7, "bob", "t3", ""),
                insert("usage_rows", 9, "mal", "t4", ""),
                insert("dead_letters", 2, "bob", "d1", ", " + (NOW + 1) + ", 'it was refused'"),
                insert("dead_letters", 3, "zoe", "d2", ", " + (NOW + 2) + ", 'it waited'"),
                "INSERT INTO addresses VALUES (1, 0, zeroblob(320)), (2, 1, " + padded("bob@example.com") + "), (3, 1, "
                        + padded("mal@example.com") + ")",
                "INSERT INTO lanes VALUES ('bob', " + (NOW - 1) + ", 0, 0, 3, " + (NOW - 9) + ", 'unknown user', 2)",
                "INSERT INTO lanes VALUES ('eve', " + NOW + ", 1, 0, 0, NULL, NULL, NULL)",
                "INSERT INTO lanes VALUES ('mal', " + NOW + ", 0, 4, 0, NULL, 'status 503', 3)");
        assertThat(Outboxes.rows(path, "SELECT live, dead FROM totals")).containsExactly("4|2");
    }

    private static String insert(String table, int key, String principal, String task, String more) {
        return "INSERT INTO " + table + " VALUES (" + key + ", '" + principal
                + "', 'lumid', NULL, '2026-06-01T07:59:59Z', '0.10', '" + task + "', '12.5', '0.3', 'DONE', "
                + (NOW - 100 + key) + more + ")";
    }

    private static String padded(String address) {
        StringBuilder hex = new StringBuilder();
        address.chars().forEach(one -> hex.append(Integer.toHexString(one)));
        return "x'" + hex + "00".repeat(320 - address.length()) + "'";
    }

    private Outbox open(JournalMode mode) {
        ManualClock clock = Outboxes.clock();
        return Outbox.open(Outboxes.settings(path, mode), clock, () -> {});
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void everyRowDeadLetterAddressAndStateOfAQueueIsThereAfterwards(JournalMode mode) throws Exception {
        List<String> rows = Outboxes.rows(path, "SELECT * FROM usage_rows ORDER BY seq");
        List<String> letters = Outboxes.rows(path, "SELECT * FROM dead_letters ORDER BY id");
        List<String> queues = Outboxes.rows(path, "SELECT * FROM lanes ORDER BY principal_id");
        List<String> slots = Outboxes.rows(path, "SELECT slot, used, hex(address) FROM addresses ORDER BY slot");
        try (Outbox outbox = open(mode)) {
            List<PendingRow> due = Outboxes.due(outbox, Outboxes.START);
            assertThat(due).extracting(PendingRow::taskId).containsExactly("t1", "t4");
            assertThat(due.get(0).email()).contains("bob@example.com");
            assertThat(due.get(0).refusals()).isEqualTo(3);
            assertThat(due.get(0).refusedSince()).contains(Instant.ofEpochMilli(NOW - 9));
            assertThat(due.get(1).failures()).isEqualTo(4);
            assertThat(outbox.queues(10))
                    .extracting(QueueStatus::lastError)
                    .containsExactly(Optional.of("unknown user"), Optional.empty(), Optional.of("status 503"));
            assertThat(outbox.heldPrincipals(10, "")).containsExactly("eve");
            assertThat(outbox.deadLetters().list(10))
                    .extracting(DeadLetter::reason)
                    .containsExactly("it was refused", "it waited");
            assertThat(outbox.metrics().pending()).isEqualTo(4);
            assertThat(outbox.metrics().deadLetters()).isEqualTo(2);
        }
        assertThat(Outboxes.rows(path, "SELECT * FROM usage_rows ORDER BY seq")).isEqualTo(rows);
        assertThat(Outboxes.rows(path, "SELECT * FROM dead_letters ORDER BY id"))
                .isEqualTo(letters);
        assertThat(Outboxes.rows(path, "SELECT * FROM queues ORDER BY principal_id"))
                .isEqualTo(queues);
        assertThat(Outboxes.rows(path, "SELECT slot, used, hex(address) FROM email_slots ORDER BY slot"))
                .isEqualTo(slots);
        assertThat(Outboxes.rows(path, "PRAGMA integrity_check")).containsExactly("ok");
    }

    @Test
    void afterwardsItsLayoutIsThatOfANewFile() throws Exception {
        open(JournalMode.WAL).close();
        Path fresh = directory.resolve("fresh.sqlite");
        Outboxes.open(fresh).close();
        for (String query : List.of(
                "PRAGMA user_version",
                "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name",
                "SELECT t.name, c.cid, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema AS t,"
                        + " pragma_table_info(t.name) AS c WHERE t.type = 'table' ORDER BY t.name, c.cid",
                "SELECT replace(sql, '\"', '') FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY name")) {
            assertThat(Outboxes.rows(path, query)).as(query).isEqualTo(Outboxes.rows(fresh, query));
        }
    }

    @Test
    void afterwardsRowsAreAddedDeliveredSetAsideAndRetriedAsInANewFile() throws Exception {
        try (Outbox outbox = open(JournalMode.WAL)) {
            Outboxes.add(outbox, List.of(Outboxes.emitted("eve", "t5")), MANY);
            assertThat(outbox.deadLetters().retryAll()).isEqualTo(2);
            assertThat(outbox.metrics().pending()).isEqualTo(7);
            for (List<PendingRow> due = Outboxes.due(outbox, Outboxes.START);
                    !due.isEmpty();
                    due = Outboxes.due(outbox, Outboxes.START)) {
                assertThat(due).allMatch(row -> row.seq() > 4);
                outbox.record(due.stream()
                        .map(row -> (Outcome) new Outcome.Delivered(row.seq()))
                        .toList());
            }
            assertThat(outbox.isEmpty()).isTrue();
            assertThat(outbox.checkpoint()).isTrue();
        }
        assertThat(Outboxes.rows(path, "SELECT count(*), sum(used) FROM email_slots"))
                .as("the free slot was used, and all are wiped")
                .containsExactly("3|0");
        assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1))
                .doesNotContain("@example.com");
    }

    @Test
    void aMigrationThatCannotRunNowLeavesTheFileAsItWasForTheNextTry() throws Exception {
        List<String> before = Outboxes.rows(path, "SELECT * FROM sqlite_schema ORDER BY name");
        try (Connection other = Outboxes.connect(path)) {
            other.createStatement().execute("BEGIN IMMEDIATE");
            StoreRefused refused = catchThrowableOfType(
                    StoreRefused.class, () -> open(JournalMode.WAL).close());
            assertThat(refused).isNotNull();
            assertThat(Outboxes.rows(path, "PRAGMA user_version")).containsExactly("1");
            assertThat(Outboxes.rows(path, "SELECT * FROM sqlite_schema ORDER BY name"))
                    .isEqualTo(before);
        }
        try (Outbox outbox = open(JournalMode.WAL)) {
            assertThat(outbox.metrics().pending()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE lanes DROP COLUMN said",
                "ALTER TABLE lanes RENAME TO queues",
                "DROP INDEX lanes_held",
                "DROP TRIGGER count_live_less"
            })
    void aFileOfVersion1ThatSomebodyChangedIsRefusedAndNotTouched(String statement) throws Exception {
        Outboxes.run(path, statement, "PRAGMA journal_mode = DELETE");
        byte[] before = Files.readAllBytes(path);
        StoreRefused refused = catchThrowableOfType(
                StoreRefused.class, () -> open(JournalMode.WAL).close());
        assertThat(refused).isNotNull();
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
    }
}
