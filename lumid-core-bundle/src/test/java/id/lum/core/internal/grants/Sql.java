package id.lum.core.internal.grants;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteDataSource;

/** Another program at the same database. */
final class Sql implements AutoCloseable {
    /** What the Python plugins made. */
    static final String PYTHON_TABLE = "CREATE TABLE acl_grants (kind TEXT NOT NULL, id TEXT NOT NULL,"
            + " principal_id TEXT NOT NULL, level INTEGER NOT NULL, granted_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,"
            + " PRIMARY KEY (kind, id, principal_id))";

    static final String PYTHON_INDEX = "CREATE INDEX idx_acl_principal ON acl_grants (principal_id, kind)";

    private final Connection connection;
    private final Statement statement;

    private Sql(Path path) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path.toUri());
        this.connection = source.getConnection();
        this.statement = connection.createStatement();
    }

    static Sql open(Path path) throws SQLException {
        return new Sql(path);
    }

    static void run(Path path, String... statements) throws SQLException {
        try (Sql sql = new Sql(path)) {
            for (String one : statements) {
                sql.execute(one);
            }
        }
    }

    static List<String> rows(Path path, String query) throws SQLException {
        try (Sql sql = new Sql(path)) {
            return sql.rows(query);
        }
    }

    void execute(String sql) throws SQLException {
        statement.execute(sql);
    }

    /** Each row as its columns, joined by a bar. */
    List<String> rows(String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(row.getString(i));
                }
                rows.add(String.join("|", columns));
            }
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
