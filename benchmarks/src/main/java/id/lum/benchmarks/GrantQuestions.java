package id.lum.benchmarks;

import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.sqlite.SQLiteDataSource;

/**
 * Workflows, each with one owner, and one question about each: eight of nine are put by the owner, the ninth by
 * somebody else. An id is made anew from its bytes for every question, as a host decodes it from a request.
 */
final class GrantQuestions {
    static final String KIND = "workflow";
    static final String ACTION = "read";

    private static final int PRINCIPALS = 100;
    private static final int DENIED_OF = 9;

    private final byte[][] ids;
    private final List<PrincipalContext> principals = IntStream.range(0, PRINCIPALS)
            .mapToObj(i -> new PrincipalContext(
                    "user-" + (1000 + i), "lumid", "user-" + (1000 + i), "user", List.of("acme:read", "acme:write")))
            .toList();

    GrantQuestions(int count) {
        ids = new byte[count][];
        for (int i = 0; i < count; i++) {
            ids[i] = new UUID(0x0192f0c18f5e7cc3L * (i + 1), 0x98c4dc0c0c07398fL ^ i)
                    .toString()
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** Makes a database in which the owner of each workflow holds it. */
    void grantAll(Path database) throws SQLException {
        grantAll(database, this::owner);
    }

    /** Makes a database in which each workflow is held by somebody. */
    void grantAll(Path database, IntFunction<String> holder) throws SQLException {
        // Makes the tables.
        SqliteGrantStore.open(settings(database, 1), Clock.systemUTC()).close();
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + database);
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO acl_grants VALUES (?1, ?2, ?3, 2, ?4, ?4)")) {
                insert.setString(4, "2026-05-20T15:21:00.123456+00:00");
                for (int question = 0; question < ids.length; question++) {
                    insert.setString(1, KIND);
                    insert.setString(2, id(question));
                    insert.setString(3, holder.apply(question));
                    insert.executeUpdate();
                }
            }
            connection.commit();
        }
    }

    /** Of a store on such a database. */
    static GrantStoreSettings settings(Path database, int cached) {
        return new GrantStoreSettings(
                new StoreSettings(database, JournalMode.WAL, "benchmark", StoreLimits.defaults()),
                cached,
                Instant.now());
    }

    int count() {
        return ids.length;
    }

    /** Any question, by its number. */
    int any() {
        return ThreadLocalRandom.current().nextInt(ids.length);
    }

    /** One that is allowed, or one that is denied. */
    int any(boolean allowed) {
        int question = any();
        while (isAllowed(question) != allowed) {
            question = any();
        }
        return question;
    }

    String id(int question) {
        return new String(ids[question], StandardCharsets.ISO_8859_1);
    }

    ResourceRef resource(int question) {
        return ResourceRef.of(KIND, id(question));
    }

    String owner(int question) {
        return principals.get(question % PRINCIPALS).principalId();
    }

    PrincipalContext asking(int question) {
        return principals.get((isAllowed(question) ? question : question + 1) % PRINCIPALS);
    }

    boolean isAllowed(int question) {
        return question % DENIED_OF != 0;
    }
}
