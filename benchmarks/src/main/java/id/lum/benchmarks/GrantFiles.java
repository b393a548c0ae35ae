package id.lum.benchmarks;

import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** A folder for the databases of one benchmark, deleted at its end. */
final class GrantFiles implements AutoCloseable {
    private final TemporaryFolder folder = new TemporaryFolder();

    GrantFiles() throws IOException {}

    Path path(String name) {
        return folder.file(name + ".sqlite");
    }

    /** A database with so many rows from before every session, in one file. */
    Path filled(String name, int rows) throws SQLException {
        try (PlainGrants plain = new PlainGrants(path(name))) {
            plain.fill(rows);
        }
        return path(name);
    }

    SqliteGrantStore open(String name) {
        StoreSettings database = new StoreSettings(path(name), JournalMode.WAL, "benchmark", StoreLimits.defaults());
        return SqliteGrantStore.open(
                new GrantStoreSettings(database, 100_000, Instant.parse("2026-01-01T00:00:00Z")), Clock.systemUTC());
    }

    /** Removes a database and what is beside it. */
    void delete(String name) throws IOException {
        for (String suffix : List.of("", "-wal", "-shm", ".lock")) {
            Files.deleteIfExists(Path.of(path(name) + suffix));
        }
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
