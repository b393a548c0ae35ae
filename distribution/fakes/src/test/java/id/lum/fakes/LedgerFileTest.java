package id.lum.fakes;

import static id.lum.fakes.Client.BROKEN;
import static id.lum.fakes.Entries.SECRET;
import static id.lum.fakes.Entries.send;
import static id.lum.fakes.ScriptedResult.accepting;
import static id.lum.fakes.ScriptedResult.refusing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger in a file outlives the process that kept it. */
class LedgerFileTest {
    private final Client client = Client.patient();
    private Path file;

    @BeforeEach
    void name(@TempDir Path folder) {
        file = folder.resolve("ledger");
    }

    private FakeRunmesh start() {
        return FakeRunmesh.startOn(0, SECRET, file);
    }

    /** The copy is what a kill would have left behind: nothing was closed. */
    @Test
    void whatWasTriedIsThereAfterAKill() throws IOException {
        List<Attempt> attempts;
        try (FakeRunmesh first = start()) {
            first.task("t2").next(refusing(Answer.of(503, "")), accepting(Answer.closing()));
            first.secret("other");
            send(client, first, "t1");
            first.secret(SECRET);
            send(client, first, "t1", "ann", "1.00");
            send(client, first, "t2", "b\\\"\nä".replace("\n", "\\n"), "2.0");
            assertThat(send(client, first, "t2", "ben", "2.0")).isEqualTo(BROKEN);
            send(client, first, "t1", "ann", "1.0");
            attempts = first.ledger().attempts();
            assertThat(attempts).hasSize(5);
            Path copy = file.resolveSibling("copy");
            Files.copy(file, copy);
            file = copy;
        }
        try (FakeRunmesh second = start()) {
            assertThat(second.ledger().attempts()).isEqualTo(attempts);
            assertThat(second.ledger().amounts()).hasToString("{t1=1.00, t2=2.0}");
            assertThat(second.ledger().conflicts()).hasSize(3);
            send(client, second, "t1", "ann", "1.00");
            send(client, second, "t3");
            assertThat(second.ledger().amounts().keySet()).containsExactly("t1", "t2", "t3");
        }
        try (FakeRunmesh third = start()) {
            assertThat(third.ledger().attempts()).hasSize(7).startsWith(attempts.toArray(Attempt[]::new));
        }
        assertThat(Files.readString(file)).doesNotContain("example.com", SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"outcome\":\"ACCEPTED\",\"taskId\":\"t2\",\"userSub\":\"ä"})
    void aLineThatWasNotFinishedWasNotAccepted(String torn) throws IOException {
        try (FakeRunmesh first = start()) {
            send(client, first, "t1");
        }
        Files.writeString(file, torn, StandardOpenOption.APPEND);
        try (FakeRunmesh second = start()) {
            assertThat(second.ledger().tasksOf("ann")).containsExactly("t1");
            send(client, second, "t3");
        }
        try (FakeRunmesh third = start()) {
            assertThat(third.ledger().tasksOf("ann")).containsExactly("t1", "t3");
        }
    }

    @Test
    void aFileThatIsNoLedgerIsLeftAlone() throws IOException {
        Files.writeString(file, "something else\n");
        assertThatThrownBy(this::start).isInstanceOf(UncheckedIOException.class);
        assertThat(file).hasContent("something else\n");
    }

    @Test
    void aLedgerIsReadableAfterClosing() {
        FakeRunmesh runmesh = start();
        send(client, runmesh, "t1");
        runmesh.close();
        assertThat(runmesh.ledger().tasksOf("ann")).containsExactly("t1");
    }
}
