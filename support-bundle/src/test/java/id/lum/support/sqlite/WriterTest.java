package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread that writes for everybody. */
class WriterTest {
    @TempDir
    Path folder;

    /** Where the log goes, and what each of its lines fails with. */
    private static PrintStream failingWith(Error error) {
        return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                throw error;
            }
        };
    }

    @Test
    void goesOnThoughTheLineAboutAnErrorFailsWithTheSameError() {
        // As an OutOfMemoryError may be one object that the machine throws again and again.
        Error error = new OutOfMemoryError("for a test");
        try (SqliteStore<NumberSchema.Numbers> store = SqliteStore.open(
                NumberSchema.settings(folder.resolve("n.sqlite")),
                new NumberSchema(),
                new FailingOnce(error),
                List.of())) {
            PrintStream before = System.err;
            System.setErr(failingWith(error));
            try {
                // Its row is committed: the listener is called after that.
                assertThat(store.<Integer>write((table, checkCancelled) -> table.add(1)))
                        .isEqualTo(1);
                assertThat(store.<Integer>write((table, checkCancelled) -> table.add(2)))
                        .isEqualTo(1);
            } finally {
                System.setErr(before);
            }
            assertThat(store.<Boolean>read(table -> table.holds(1) && table.holds(2)))
                    .isTrue();
        }
    }

    private static final class FailingOnce implements TransactionListener {
        private final Error error;
        private boolean failed;

        FailingOnce(Error error) {
            this.error = error;
        }

        @Override
        public void afterTransaction() {
            if (!failed) {
                failed = true;
                throw error;
            }
        }
    }
}
