package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.fakes.FakeLumid;
import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.host.HostHooks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
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

/**
 * What a host pays: the hook service of FlowMesh in a real Felix, with the shipped bundles and settings. And the view
 * alone: a checker that does nothing, asked through it and by itself. One question in nine is denied.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(2)
public class FelixBenchmark {
    private static final String TOKEN = "lm_pat_00004711_0123456789abcdefghijklmnop";
    private static final int KINDS_OF_LUMID = 4;

    /** The same three texts as the key of a grant. */
    private record Key(String kind, String id, String principalId) {}

    /** Allows everything at once. */
    private static final class NoChecker implements PermissionChecker {
        @Override
        public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
            return AccessibleIds.all();
        }

        @Override
        public void require(PrincipalContext principal, ResourceRef resource, String action) {
            if (principal.principalId().isEmpty()) {
                throw HookRejection.forbidden("Nobody.");
            }
        }
    }

    /** How many grants there are, and questions about them. */
    @Param("100000")
    public int grants;

    private final Map<Key, GrantLevel> map = new ConcurrentHashMap<>();
    private final byte[] token = TOKEN.getBytes(StandardCharsets.ISO_8859_1);
    private final PermissionChecker checker = new NoChecker();
    private GrantQuestions questions;
    private TemporaryFolder databases;
    private FakeLumid lumid;
    private FelixContainer felix;
    private HostHooks<UsageRow> view;
    private HostHooks<UsageRow> viewOfNothing;

    /** Starts the container on a database with all grants, asks each question once, and checks the answers. */
    @Setup(Level.Trial)
    public void start() throws Exception {
        questions = new GrantQuestions(grants);
        databases = new TemporaryFolder();
        questions.grantAll(databases.file("acl.sqlite"));
        lumid = FakeLumid.start();
        lumid.issue(TOKEN, "user-1", "user-1@example.com", "flowmesh:workflows:read");
        felix = new FelixContainer(databases.file("felix"));
        felix.configure(
                "id.lum.core",
                Map.of("base.url", lumid.url().toString(), "request.timeout.ms", "60000", "cache.seconds", "86400"));
        felix.configure(
                "id.lum.flowmesh",
                Map.of(
                        "acl.db.path", databases.file("acl.sqlite").toString(),
                        "grant.cache.size", Integer.toString(Math.max(100_000, grants)),
                        "outbox.db.path", databases.file("outbox.sqlite").toString()));
        felix.configureHost("flowmesh");
        felix.configureHost("acme");
        felix.context()
                .registerService(
                        PermissionChecker.class,
                        checker,
                        new Hashtable<>(Map.of("hook.host", "acme", "hook.name", "none")));
        view = felix.view("flowmesh", KINDS_OF_LUMID);
        viewOfNothing = felix.view("acme", 1);
        for (int question = 0; question < grants; question++) {
            map.put(new Key(GrantQuestions.KIND, questions.id(question), questions.owner(question)), GrantLevel.WRITE);
        }
        for (int question = 0; question < grants; question++) {
            if (require(view, question) != questions.isAllowed(question)) {
                throw new IllegalStateException("A wrong answer.");
            }
        }
        if (!resolve().principalId().equals("user-1")) {
            throw new IllegalStateException("A wrong principal.");
        }
    }

    /** Stops the container. */
    @TearDown(Level.Trial)
    public void stop() throws Exception {
        felix.close();
        lumid.close();
        databases.close();
    }

    private boolean require(HostHooks<UsageRow> hooks, int question) {
        try {
            hooks.require(questions.asking(question), questions.resource(question), GrantQuestions.ACTION);
            return true;
        } catch (HookRejection denied) {
            return false;
        }
    }

    /** A permission check: the view, the hook, the lease, the policy, the grant. */
    @Benchmark
    public boolean require() {
        return require(view, questions.any());
    }

    /** A bare concurrent map with an equal key. */
    @Benchmark
    public Optional<GrantLevel> peerMap() {
        int question = questions.any();
        Key key = new Key(
                GrantQuestions.KIND,
                questions.id(question),
                questions.asking(question).principalId());
        return Optional.ofNullable(map.get(key));
    }

    /** A token whose answer is in the cache. */
    @Benchmark
    public PrincipalContext resolve() {
        return view.authenticate(new String(token, StandardCharsets.ISO_8859_1));
    }

    /** SHA-256 of the token. */
    @Benchmark
    public byte[] peerSha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256")
                .digest(new String(token, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8));
    }

    /** A checker that does nothing, through the view. */
    @Benchmark
    public boolean viewAlone() {
        return require(viewOfNothing, questions.any());
    }

    /** The same checker and question, without the view. */
    @Benchmark
    public boolean peerDirect() {
        int question = questions.any();
        checker.require(questions.asking(question), questions.resource(question), GrantQuestions.ACTION);
        return true;
    }
}
