package id.lum.benchmarks;

import id.lum.core.identity.CoreConfiguration;
import id.lum.core.identity.Introspection;
import id.lum.core.identity.IntrospectionSettings;
import id.lum.fakes.FakeLumid;
import id.lum.hooks.PrincipalContext;
import id.lum.support.config.DeclaredSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to know whose token this is, from the cache, beside the hash of the token alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ResolveBenchmark {
    private static final int TOKENS = 1000;

    private final List<byte[]> tokens = new ArrayList<>();
    private FakeLumid lumid;
    private Introspection introspection;

    /** Starts a lum.id, resolves each token once, and checks the principals. */
    @Setup(Level.Trial)
    public void open() throws Exception {
        lumid = FakeLumid.start();
        introspection = new Introspection(IntrospectionSettings.parse(DeclaredSettings.of(
                CoreConfiguration.class,
                "id.lum.core",
                Map.of("base.url", lumid.url(), "request.timeout.ms", 60_000, "cache.seconds", 86_400))));
        for (int i = 0; i < TOKENS; i++) {
            String token = String.format("lm_pat_%08d_0123456789abcdefghijklmnop", i);
            lumid.issue(token, "user-" + i, "user-" + i + "@example.com", "acme:read", "acme:write");
            tokens.add(token.getBytes(StandardCharsets.ISO_8859_1));
            if (!introspection.resolve(token).orElseThrow().principalId().equals("user-" + i)) {
                throw new IllegalStateException("A wrong principal.");
            }
        }
    }

    /** Closes both. */
    @TearDown(Level.Trial)
    public void close() {
        introspection.close();
        lumid.close();
    }

    private String token() {
        return new String(tokens.get(ThreadLocalRandom.current().nextInt(TOKENS)), StandardCharsets.ISO_8859_1);
    }

    /** A token whose answer is in the cache. */
    @Benchmark
    public Optional<PrincipalContext> resolve() {
        return introspection.resolve(token());
    }

    /** SHA-256 of the token. */
    @Benchmark
    public byte[] peerSha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(token().getBytes(StandardCharsets.UTF_8));
    }

    /** The question alone: a random number and a token. */
    @Benchmark
    public String peerQuestion() {
        return token();
    }
}
