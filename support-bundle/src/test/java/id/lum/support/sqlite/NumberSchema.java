package id.lum.support.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** A table of one number: the smallest store there is. */
class NumberSchema implements Schema<NumberSchema.Numbers> {
    /** One row, one column. */
    static final class Numbers extends SqliteTable {
        Numbers(Connection connection) throws SQLException {
            super(connection);
        }
    }

    static StoreSettings settings(Path path) {
        return new StoreSettings(path, JournalMode.WAL, "id.lum.test db.path", StoreLimits.defaults());
    }

    static SqliteStore<Numbers> open(Path path) {
        return SqliteStore.open(settings(path), new NumberSchema(), () -> {}, List.of());
    }

    @Override
    public String content() {
        return "numbers";
    }

    @Override
    public Optional<String> objection(Connection connection) throws SQLException {
        return Optional.empty();
    }

    @Override
    public void complete(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("BEGIN IMMEDIATE");
            sql.execute("CREATE TABLE IF NOT EXISTS numbers (n INTEGER)");
            sql.execute("COMMIT");
        }
    }

    @Override
    public Numbers bind(Connection connection) throws SQLException {
        return new Numbers(connection);
    }
}
