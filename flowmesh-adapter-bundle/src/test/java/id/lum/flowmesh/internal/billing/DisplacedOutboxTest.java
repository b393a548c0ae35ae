package id.lum.flowmesh.internal.billing;

import static id.lum.flowmesh.internal.delivery.Delivery.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.fakes.FakeRunmesh;
import id.lum.flowmesh.internal.outbox.EmittedRow;
import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An outbox whose files are moved, removed or replaced while it is open: no row gets lost, and it ends by itself. */
class DisplacedOutboxTest {
    @TempDir
    static Path storage;

    private static EmptyFramework framework;

    @TempDir
    Path folder;

    private final FakeRunmesh runmesh = FakeRunmesh.start(SECRET);
    private Path file;
    private Billing billing;

    @BeforeAll
    static void startFelix() throws Exception {
        framework = new EmptyFramework(storage);
    }

    @AfterAll
    static void stopFelix() throws Exception {
        framework.close();
    }

    @BeforeEach
    void open() throws Exception {
        file = folder.toRealPath().resolve("outbox.sqlite");
        billing = new Billing(
                framework.context(),
                Map.of(),
                who -> Optional.of(who + "@example.com"),
                (who, longest) -> Optional.empty());
        apply(file);
    }

    private void apply(Path path) {
        Map<String, Object> properties =
                Map.of("billing.base.url", runmesh.url(), ".bridge.secret", SECRET, "outbox.db.path", path);
        billing.apply(BillingSettings.parse(
                DeclaredSettings.of(BillingConfiguration.class, "id.lum.test", properties), JournalMode.WAL));
    }

    @AfterEach
    void close() {
        billing.close();
        runmesh.close();
    }

    private static UsageOutbox outbox() {
        return framework.service(UsageOutbox.class).orElseThrow();
    }

    private static void emit(String... tasks) {
        outbox().add(Stream.of(tasks)
                .map(task -> Outboxes.row("bob", task, "0.10"))
                .toList());
    }

    private static boolean isEmitted(String task) {
        try {
            emit(task);
            return true;
        } catch (StoreUnavailable notYet) {
            return false;
        }
    }

    private static void refuses(String task) {
        assertThatThrownBy(() -> emit(task)).isInstanceOf(StoreUnavailable.class);
    }

    private void awaitDelivered(String... tasks) {
        Await.until(
                "delivered are " + List.of(tasks),
                () -> runmesh.ledger().amounts().keySet().containsAll(List.of(tasks)));
    }

    @Test
    void rowsOfAReplacedOutboxAreDeliveredBeforeTheOneInItsPlaceIsOpened() throws Exception {
        runmesh.stop();
        emit("t1", "t2");
        Path backup = file.resolveSibling("backup.sqlite");
        try (Outbox other = Outbox.open(
                new StoreSettings(backup, JournalMode.WAL, "test", StoreLimits.defaults()),
                Clock.systemUTC(),
                () -> {})) {
            Outboxes.add(
                    other,
                    List.of(new EmittedRow(Outboxes.row("bob", "t0", "0.10"), Optional.of("bob@example.com"))),
                    10);
        }
        try (CapturedLog log = new CapturedLog()) {
            Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);
            refuses("t3");
            Await.until("the log says why", () -> log.text().contains("still holds usage rows"));
        }
        refuses("t3");
        runmesh.comeBack();
        new OutboxCommands(outbox()).flush();
        awaitDelivered("t1", "t2");
        Await.until("the one in its place is open", () -> isEmitted("t3"));
        awaitDelivered("t0", "t3");
    }

    @Test
    void aLockFileThatIsRemovedIsMadeAgainAlthoughRowsWait() throws Exception {
        runmesh.stop();
        emit("t1");
        Files.delete(file.resolveSibling("outbox.sqlite.lock"));
        refuses("t2");
        Await.until("rows are taken again", () -> isEmitted("t2"));
        runmesh.comeBack();
        new OutboxCommands(outbox()).flush();
        awaitDelivered("t1", "t2");
    }

    @Test
    void anotherPathIsRefusedWhileTheOneInItsPlaceCannotBeOpenedAndMayHoldRows() throws Exception {
        runmesh.stop();
        emit("t1");
        Path link = Files.createLink(file.resolveSibling("second-name"), file);
        Files.delete(file.resolveSibling("outbox.sqlite.lock"));
        Path next = file.resolveSibling("next.sqlite");
        try (CapturedLog log = new CapturedLog()) {
            refuses("t2");
            Await.until("it is closed", () -> log.text().contains("hard links"));
            apply(next);
            assertThat(log.text()).contains("\"" + file + "\", cannot be opened");
        }
        assertThat(next).doesNotExist();
        Files.delete(link);
        Await.until("the old one serves", () -> isEmitted("t2"));
        assertThat(next).doesNotExist();
        runmesh.comeBack();
        new OutboxCommands(outbox()).flush();
        awaitDelivered("t1", "t2");
        Await.until("the new one serves", () -> Files.exists(next));
    }
}
