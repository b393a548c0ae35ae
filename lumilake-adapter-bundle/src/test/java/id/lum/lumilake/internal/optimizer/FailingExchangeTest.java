package id.lum.lumilake.internal.optimizer;

import static id.lum.lumilake.internal.optimizer.Bench.settings;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An exchange about the catalog that cannot even begin, and a log that cannot take a line about it. */
class FailingExchangeTest {
    @TempDir
    Path cache;

    private final PrintStream errors = System.err;
    private final AtomicInteger failures = new AtomicInteger();
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        // No deadline is that far away, so each exchange throws at once.
        OptimizerClient broken = new OptimizerClient(ChronoUnit.FOREVER.getDuration());
        bench = new Bench(cache, Clock.systemUTC(), broken);
        System.setErr(new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void println(String line) {
                if (line.contains("No catalog")) {
                    failures.incrementAndGet();
                    throw new NoClassDefFoundError("for a test");
                }
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        System.setErr(errors);
        bench.close();
    }

    @Test
    void theCatalogIsAskedForAgainThoughItsFailureCannotBeLogged() throws Exception {
        assertThat(bench.apply(settings(URI.create("http://127.0.0.1:1")))).isEqualTo(Duration.ofSeconds(2));
        assertThat(bench.next()).isEqualTo(Duration.ofSeconds(4));
        assertThat(failures).hasValue(2);
    }
}
