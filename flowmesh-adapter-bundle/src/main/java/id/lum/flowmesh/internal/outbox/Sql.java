package id.lum.flowmesh.internal.outbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** The statements of one connection. Values are texts and whole numbers, in the order of the statement's parameters. */
interface Sql {
    /** A statement that is kept, to be used up before it is asked for again. */
    PreparedStatement prepared(String sql) throws SQLException;

    /** A statement with its values; an absent one is NULL. */
    default PreparedStatement bind(String sql, Object... values) throws SQLException {
        PreparedStatement statement = prepared(sql);
        for (int i = 0; i < values.length; i++) {
            Object value = values[i] instanceof Optional<?> optional ? optional.orElse(null) : values[i];
            statement.setObject(i + 1, value);
        }
        return statement;
    }

    /** Runs it, and says how many rows it changed itself, not counting triggers. */
    default int run(String sql, Object... values) throws SQLException {
        return bind(sql, values).executeUpdate();
    }

    /** The number it finds, if it finds one. */
    default OptionalLong number(String sql, Object... values) throws SQLException {
        try (ResultSet row = bind(sql, values).executeQuery()) {
            return row.next() && row.getObject(1) != null ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /** The text it finds, if it finds one. */
    default Optional<String> text(String sql, Object... values) throws SQLException {
        try (ResultSet row = bind(sql, values).executeQuery()) {
            return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
        }
    }

    /** A time as it is stored, in milliseconds; one beyond what fits is the last that does. */
    static long millis(Instant instant) {
        return instant.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE))
                ? Long.MAX_VALUE
                : instant.isBefore(Instant.ofEpochMilli(Long.MIN_VALUE)) ? Long.MIN_VALUE : instant.toEpochMilli();
    }

    /** The time in a column, if it holds one. */
    static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        long stored = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(stored));
    }
}
