package id.lum.core.internal.grants;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.support.lifecycle.Leased;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Stores for tests, and ways to wait for them. */
final class Stores {
    static final String OWNER = "id.lum.flowmesh acl.db.path";
    static final Instant SESSION = Instant.parse("2026-06-01T08:00:00Z");
    /** Before the session. */
    static final String STALE = "2026-05-20T15:21:00.123456+00:00";

    static final StoreLimits LIMITS = StoreLimits.defaults();

    private static final PermissionPolicy WORKFLOWS = PermissionPolicy.of(
            Set.of("*"),
            List.of(ActionRule.action("read", GrantLevel.READ), ActionRule.action("write", GrantLevel.WRITE)),
            List.of(KindRule.kind("workflow"), KindRule.kind("result").inheritsGrantsOf("workflow")));

    private Stores() {}

    static GrantStoreSettings settings(Path path) {
        return settings(path, JournalMode.WAL, LIMITS);
    }

    static GrantStoreSettings settings(Path path, JournalMode mode, StoreLimits limits) {
        return new GrantStoreSettings(new StoreSettings(path, mode, OWNER, limits), 1000, SESSION);
    }

    static StoreLimits quick(Duration writeWait, Duration reconcileWait) {
        return new StoreLimits(
                100, 2, Duration.ofSeconds(10), writeWait, reconcileWait, writeWait.minus(Duration.ofMillis(1)));
    }

    /** A clock one minute into the session. */
    static ManualClock clock() {
        return new ManualClock(SESSION.plusSeconds(60));
    }

    static SqliteGrantStore open(Path path) {
        return SqliteGrantStore.open(settings(path), clock());
    }

    /** The store under a policy that knows workflows. */
    static Leased<Authorization> leased(SqliteGrantStore store) {
        return leased(new PolicyEngine(WORKFLOWS, PolicyOptions.NONE), store);
    }

    static Leased<Authorization> leased(PolicyEngine engine, SqliteGrantStore store) {
        Authorization authorization = new Authorization(engine, store);
        return new Leased<>() {
            @Override
            public <T> T withResource(Function<? super Authorization, ? extends T> call) {
                return call.apply(authorization);
            }
        };
    }

    /** Fills the table with grants of principal p on t-1, t-2, ... from before the session. */
    static void fillStale(Path path, int rows) throws Exception {
        Sql.run(
                path,
                Sql.PYTHON_TABLE,
                Sql.PYTHON_INDEX,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + rows + ")"
                        + " INSERT INTO acl_grants SELECT 'task', 't-' || i, 'p', 2, '" + STALE + "', '" + STALE
                        + "' FROM n");
    }

    static List<String> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Waits until the store's writer holds the database, as another program notices. */
    static void awaitWriting(Sql other) {
        Await.until("the writer is at work", () -> {
            try {
                other.execute("PRAGMA busy_timeout = 0");
                other.execute("BEGIN IMMEDIATE");
                other.execute("ROLLBACK");
                return false;
            } catch (SQLException busy) {
                return true;
            }
        });
    }

    /** What was logged meanwhile. */
    static String logOf(Runnable work) {
        try (CapturedLog log = new CapturedLog()) {
            work.run();
            return log.text();
        }
    }
}
