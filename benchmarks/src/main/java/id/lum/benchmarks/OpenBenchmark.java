package id.lum.benchmarks;

import id.lum.core.grants.GrantLevel;
import id.lum.core.internal.grants.SqliteGrantStore;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
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

/** From the opening of a store to its first answer, beside a connection that is opened and asked the same. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 50)
@Measurement(iterations = 100)
@Fork(2)
public class OpenBenchmark {
    /** Rows in the table. */
    @Param({"1000", "100000"})
    public int rows;

    private GrantFiles files;
    private Optional<AutoCloseable> opened = Optional.empty();

    /** Fills both databases. */
    @Setup
    public void fill() throws IOException, SQLException {
        files = new GrantFiles();
        files.filled("store", rows);
        files.filled("plain", rows);
        files.open("store").close();
    }

    /** Closes what was opened: the next one finds one file. */
    @TearDown(Level.Invocation)
    public void closeOpened() throws Exception {
        opened.orElseThrow().close();
    }

    /** Deletes both. */
    @TearDown
    public void close() throws IOException {
        files.close();
    }

    /** A store. */
    @Benchmark
    public Optional<GrantLevel> ours() {
        SqliteGrantStore store = files.open("store");
        opened = Optional.of(store::close);
        Optional<GrantLevel> answer = store.level("workflow", PlainGrants.id(1), PlainGrants.principal(1));
        if (!answer.equals(Optional.of(GrantLevel.WRITE))) {
            throw new IllegalStateException("Wrong: " + answer);
        }
        return answer;
    }

    /** A connection. */
    @Benchmark
    public int plainSql() throws SQLException {
        PlainGrants plain = new PlainGrants(files.path("plain"));
        opened = Optional.of(plain);
        int answer = plain.level(PlainGrants.id(1), PlainGrants.principal(1));
        if (answer != 2) {
            throw new IllegalStateException("Wrong: " + answer);
        }
        return answer;
    }
}
