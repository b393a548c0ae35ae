package id.lum.support.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** A table of one number: the smallest store there is. */
class NumberSchema implements Schema<NumberSchema.Numbers> {
    /** One column. */
    static final class Numbers extends SqliteTable {
        Numbers(Connection connection) throws SQLException {
            super(connection);
        }

        /** @return how many rows were added, for the sake of having an answer */
        int add(int number) throws SQLException {
            PreparedStatement insert = prepared("INSERT INTO numbers VALUES (?)");
            insert.setInt(1, number);
            return insert.executeUpdate();
        }

        int count() throws SQLException {
            try (ResultSet row = prepared("SELECT count(*) FROM numbers").executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }

        boolean holds(int number) throws SQLException {
            PreparedStatement select = prepared("SELECT 1 FROM numbers WHERE n = ?");
            select.setInt(1, number);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static StoreSettings settings(Path path) {
        return new StoreSettings(path, JournalMode.WAL, "id.lum.test db.path", StoreLimits.defaults());
    }

    static SqliteStore<Numbers> open(Path path) {
        return open(settings(path));
    }

    static SqliteStore<Numbers> open(StoreSettings settings) {
        return SqliteStore.open(settings, new NumberSchema(), () -> {}, List.of());
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
