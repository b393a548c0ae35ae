package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.internal.grants.SqliteGrantStore;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.AuxCounters;
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
    private static final int REGISTRATIONS = 1000;

    /** How many ids the principal holds. */
    @Param("100000")
    public int ids;

    private final AtomicLong next = new AtomicLong();
    private GrantQuestions questions;
    private TemporaryFolder folder;
    private SqliteGrantStore store;

    /** Opens a store, grants all ids, and checks the list. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        questions = new GrantQuestions(ids);
        folder = new TemporaryFolder();
        questions.grantAll(folder.file("acl.sqlite"), question -> OWNER);
        store = SqliteGrantStore.open(GrantQuestions.settings(folder.file("acl.sqlite"), 100_000), Clock.systemUTC());
        if (!held().equals(hashSet())) {
            throw new IllegalStateException("A wrong list.");
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

    /** How long it takes to look an id up in the list just after a registration; half are faster. In microseconds. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class AfterRegister {
        /** After one by somebody else: the caller has waited for the disk. */
        public double afterOther;
        /** After one by the principal: the list has another id. */
        public double afterOwn;
        /** What is paid for that. */
        public double more;
    }

    /** Registrations by the principal and by somebody else, each followed by the list of the principal. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    public void register(AfterRegister after) {
        List<Long> other = new ArrayList<>();
        List<Long> own = new ArrayList<>();
        for (int i = 0; i < REGISTRATIONS; i++) {
            String id = "new-" + next.incrementAndGet();
            boolean isOwn = ThreadLocalRandom.current().nextBoolean();
            store.grant(GrantQuestions.KIND, id, isOwn ? OWNER : "eve", GrantLevel.WRITE);
            long start = System.nanoTime();
            if (held().contains(id) != isOwn) {
                throw new IllegalStateException("A wrong list.");
            }
            (isOwn ? own : other).add(System.nanoTime() - start);
        }
        after.afterOther = Percentile.of(other, 0.5) / 1e3;
        after.afterOwn = Percentile.of(own, 0.5) / 1e3;
        after.more = after.afterOwn - after.afterOther;
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
