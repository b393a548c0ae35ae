package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.internal.grants.Authorization;
import id.lum.core.internal.grants.PolicyPermissionChecker;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.Decision;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.hooks.HookRejection;
import id.lum.support.lifecycle.SwappableResource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sqlite.SQLiteDataSource;

/**
 * What a permission check costs, whole and by layer, beside a bare map and a prepared statement on the same rows. One
 * question in nine is denied.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(2)
public class RequireBenchmark {
    /** The same three texts as the key of a grant. */
    private record Key(String kind, String id, String principalId) {}

    /** How many grants there are, and questions about them. */
    @Param({"1000", "100000", "1000000"})
    public int grants;

    /** How many grants are kept in memory; 100000 is what is shipped. */
    @Param("1000000")
    public int cached;

    private final Map<Key, GrantLevel> map = new ConcurrentHashMap<>();
    private GrantQuestions questions;
    private TemporaryFolder folder;
    private SqliteGrantStore store;
    private Authorization authorization;
    private SwappableResource<Authorization> leased;
    private PolicyPermissionChecker checker;
    private Connection connection;
    private PreparedStatement statement;

    /** Opens a store with all grants, asks each question once, and checks the answers of every peer. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        questions = new GrantQuestions(grants);
        folder = new TemporaryFolder();
        Path database = folder.file("acl.sqlite");
        questions.grantAll(database);
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + database);
        connection = source.getConnection();
        statement = connection.prepareStatement(
                "SELECT level FROM acl_grants WHERE kind = ? AND id = ? AND principal_id = ?");
        store = SqliteGrantStore.open(GrantQuestions.settings(database, cached), Clock.systemUTC());
        authorization = new Authorization(engine(), store);
        leased = new SwappableResource<>("grants", authorization, Duration.ofSeconds(2));
        checker = new PolicyPermissionChecker(leased);
        for (int question = 0; question < grants; question++) {
            map.put(new Key(GrantQuestions.KIND, questions.id(question), questions.owner(question)), GrantLevel.WRITE);
        }
        for (int question = 0; question < grants; question++) {
            boolean allowed = questions.isAllowed(question);
            requireEqual(allowed, require(question));
            requireEqual(allowed, map(question).isPresent());
            if (question < 1000) {
                requireEqual(allowed, prepared(question));
            }
        }
    }

    static PolicyEngine engine() {
        return new PolicyEngine(
                PermissionPolicy.of(
                        Set.of("acme:admin"),
                        List.of(
                                ActionRule.action("read", GrantLevel.READ),
                                ActionRule.action("write", GrantLevel.WRITE)),
                        List.of(KindRule.kind(GrantQuestions.KIND).read("acme:read"))),
                PolicyOptions.NONE);
    }

    private static void requireEqual(boolean expected, boolean answer) {
        if (expected != answer) {
            throw new IllegalStateException("A wrong answer: " + answer + ".");
        }
    }

    /** Closes all. */
    @TearDown(Level.Trial)
    public void close() throws IOException, SQLException {
        connection.close();
        leased.close();
        folder.close();
    }

    private boolean require(int question) {
        try {
            checker.require(questions.asking(question), questions.resource(question), GrantQuestions.ACTION);
            return true;
        } catch (HookRejection denied) {
            return false;
        }
    }

    private Optional<GrantLevel> map(int question) {
        Key key = new Key(
                GrantQuestions.KIND,
                questions.id(question),
                questions.asking(question).principalId());
        return Optional.ofNullable(map.get(key));
    }

    private boolean prepared(int question) throws SQLException {
        statement.setString(1, GrantQuestions.KIND);
        statement.setString(2, questions.id(question));
        statement.setString(3, questions.asking(question).principalId());
        try (ResultSet row = statement.executeQuery()) {
            return row.next() && row.getInt(1) >= 1;
        }
    }

    /** The whole check: the hook, the lease, the policy, the grant. */
    @Benchmark
    public boolean require() {
        return require(questions.any());
    }

    /** The whole check, always allowed. */
    @Benchmark
    public boolean requireAllowed() {
        return require(questions.any(true));
    }

    /** The whole check, always denied: an exception each. */
    @Benchmark
    public boolean requireDenied() {
        return require(questions.any(false));
    }

    /** Policy and grant under a lease, without the hook. */
    @Benchmark
    public Decision layerLease() {
        int question = questions.any();
        return leased.withResource(
                open -> open.decide(questions.asking(question), questions.resource(question), GrantQuestions.ACTION));
    }

    /** Policy and grant. */
    @Benchmark
    public Decision layerPolicy() {
        int question = questions.any();
        return authorization.decide(questions.asking(question), questions.resource(question), GrantQuestions.ACTION);
    }

    /** The grant alone, from memory. */
    @Benchmark
    public Optional<GrantLevel> layerGrant() {
        int question = questions.any();
        return store.level(
                GrantQuestions.KIND,
                questions.id(question),
                questions.asking(question).principalId());
    }

    /** A bare concurrent map with an equal key. */
    @Benchmark
    public Optional<GrantLevel> peerMap() {
        return map(questions.any());
    }

    /** The question alone: a random number and an id. */
    @Benchmark
    public String peerQuestion() {
        return questions.id(questions.any());
    }

    /** One prepared statement on the same table and index. */
    @Benchmark
    public boolean peerSqlite() throws SQLException {
        return prepared(questions.any());
    }
}
