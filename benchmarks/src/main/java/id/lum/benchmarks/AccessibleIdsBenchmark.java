package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
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

/** What it costs to list the ids that a principal holds, with the settings that are shipped. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AccessibleIdsBenchmark {
    private static final String OWNER = "bob";

    /** How many ids the principal holds. */
    @Param("100000")
    public int ids;

    private final AtomicLong next = new AtomicLong();
    private GrantQuestions questions;
    private TemporaryFolder folder;
    private SqliteGrantStore store;

    /** Opens a store, grants all ids, and checks the list. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        questions = new GrantQuestions(ids);
        folder = new TemporaryFolder();
        store = SqliteGrantStore.open(
                new GrantStoreSettings(
                        new StoreSettings(
                                folder.file("acl.sqlite"), JournalMode.WAL, "benchmark", StoreLimits.defaults()),
                        100_000,
                        Instant.now()),
                Clock.systemUTC());
        // From many threads, because they share commits.
        IntStream.range(0, 200).mapToObj(part -> new Thread(() -> grantPart(part))).toList().stream()
                .peek(Thread::start)
                .toList()
                .forEach(AccessibleIdsBenchmark::join);
        if (!held().equals(hashSet())) {
            throw new IllegalStateException("A wrong list.");
        }
    }

    private void grantPart(int part) {
        for (int id = part; id < ids; id += 200) {
            store.grant(GrantQuestions.KIND, questions.id(id), OWNER, GrantLevel.WRITE);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the store. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        store.close();
        folder.close();
    }

    private Set<String> held() {
        return store.ids(GrantQuestions.KIND, OWNER, GrantLevel.READ);
    }

    /** Asks for the list and looks for one id in it. */
    @Benchmark
    public boolean contains() {
        return held().contains(questions.id(questions.any()));
    }

    /** Asks for the list and walks through it. */
    @Benchmark
    public int walked() {
        int characters = 0;
        for (String id : held()) {
            characters += id.length();
        }
        return characters;
    }

    /** A registration, without the list. */
    @Benchmark
    public void register() {
        store.grant(GrantQuestions.KIND, "new-" + next.incrementAndGet(), "eve", GrantLevel.WRITE);
    }

    /** A registration by the principal, then the list, which has the new id. */
    @Benchmark
    public boolean registerAndContains() {
        String id = "new-" + next.incrementAndGet();
        store.grant(GrantQuestions.KIND, id, OWNER, GrantLevel.WRITE);
        return held().contains(id);
    }

    private Set<String> hashSet() {
        Set<String> set = new HashSet<>();
        for (int id = 0; id < ids; id++) {
            set.add(questions.id(id));
        }
        return set;
    }

    /** The building of a hash set of as many ids. */
    @Benchmark
    public Set<String> peerHashSet() {
        return hashSet();
    }
}
