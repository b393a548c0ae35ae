package id.lum.flowmesh.internal.billing;

import static id.lum.flowmesh.internal.delivery.Delivery.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.fakes.Answer;
import id.lum.fakes.Entry;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.flowmesh.internal.outbox.OutboxFull;
import id.lum.flowmesh.internal.outbox.OutboxMetrics;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.UsageSink;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreUnavailable;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** What the owner publishes and keeps, by a real service registry, real files and a real Runmesh. */
class BillingTest {
    @TempDir
    static Path storage;

    private static EmptyFramework framework;

    @TempDir
    Path folder;

    private final FakeRunmesh runmesh = FakeRunmesh.start(SECRET);
    private final Map<String, String> directory = new ConcurrentHashMap<>(Map.of("bob", "bob@example.com"));
    private final Map<String, Object> properties = new HashMap<>();
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
    void start() {
        properties.put("billing.base.url", runmesh.url());
        properties.put(".bridge.secret", SECRET);
        properties.put("outbox.db.path", path());
        restart();
    }

    @AfterEach
    void stop() {
        billing.close();
        runmesh.close();
        assertThat(runmesh.violations()).isEmpty();
    }

    private Path path() {
        return folder.resolve("outbox.sqlite");
    }

    private static BundleContext bundle() {
        return framework.context();
    }

    private void restart() {
        billing = new Billing(
                bundle(),
                Map.of(Hook.HOST, "flowmesh", Hook.NAME, "lumid"),
                who -> Optional.ofNullable(directory.get(who)),
                (who, longest) -> Optional.ofNullable(directory.get(who.principalId())));
    }

    private void apply() {
        apply(JournalMode.WAL);
    }

    private void apply(JournalMode journal) {
        billing.apply(BillingSettings.parse(
                DeclaredSettings.of(BillingConfiguration.class, "id.lum.test", properties), journal));
    }

    private void apply(String property, Object value) {
        properties.put(property, value);
        apply();
    }

    private static Optional<UsageOutbox> outbox() {
        return find(UsageOutbox.class);
    }

    private static <S> Optional<S> find(Class<S> type) {
        return Optional.ofNullable(bundle().getServiceReference(type)).map(bundle()::getService);
    }

    private static void emit(String principal, String... tasks) {
        outbox().orElseThrow()
                .add(Stream.of(tasks)
                        .map(task -> Outboxes.row(principal, task, "0.10"))
                        .toList());
    }

    private void awaitDelivered(String... tasks) {
        Await.until(
                "delivered are " + List.of(tasks),
                () -> runmesh.ledger().amounts().keySet().containsAll(List.of(tasks)));
    }

    private static boolean isOpen() {
        try {
            return metrics().pending() >= 0;
        } catch (StoreUnavailable notYet) {
            return false;
        }
    }

    private static OutboxMetrics metrics() {
        return outbox().orElseThrow()
                .leased()
                .withResource(open -> open.outbox().metrics());
    }

    // Services

    @Test
    void withoutUrlOrSecretThereIsASinkThatKeepsNothingSaysSoOnceAndCounts() {
        assertThat(outbox()).as("before any configuration").isEmpty();
        try (CapturedLog log = new CapturedLog()) {
            apply(".bridge.secret", "");
            OutboxUsageSink sink = new OutboxUsageSink(outbox().orElseThrow());
            sink.emit(List.of(Outboxes.row("bob", "t1", "0.10"), Outboxes.row("bob", "t2", "0.10")));
            properties.put(".bridge.secret", SECRET);
            apply("billing.base.url", "");
            sink.emit(List.of(Outboxes.row("bob", "t3", "0.10")));
            assertThat(log.linesWith("billing is off")).hasSize(1);
        }
        assertThat(outbox().orElseThrow().notBilled()).isEqualTo(3);
        assertThatThrownBy(() -> new OutboxCommands(outbox().orElseThrow()).outbox())
                .hasMessage("There is no outbox, because billing is off. Rows not kept: 3.");
        assertThat(find(BalanceCheck.class)).isEmpty();
        assertThat(path()).doesNotExist();
    }

    @Test
    void sinkSaysInItsServicePropertiesWhetherItKeepsRowsAndStaysTheSame() {
        apply("billing.base.url", "");
        ServiceReference<?> sink = bundle().getServiceReference(UsageSink.class);
        assertThat(sink.getProperty(Hook.HOST)).isEqualTo("flowmesh");
        assertThat(sink.getProperty(Hook.REQUIRED)).isEqualTo(true);
        assertThat(sink.getProperty(Hook.DISCARDS)).isEqualTo("billing is off");

        apply("billing.base.url", runmesh.url());
        assertThat(sink.getProperty(Hook.DISCARDS)).isNull();
        apply(".bridge.secret", "$[env:NOT_THERE]");
        assertThat(sink.getProperty(Hook.DISCARDS)).as("rows wait").isNull();
        apply(".bridge.secret", "");
        assertThat(sink.getProperty(Hook.DISCARDS)).isEqualTo("billing is off");

        assertThat(bundle().getServiceReference(UsageSink.class).compareTo(sink))
                .isZero();
        billing.close();
        assertThat(bundle().getServiceReference(UsageSink.class)).isNull();
    }

    @Test
    void rowsThatComeAfterBillingWasSwitchedOnAgainAreKept() {
        apply("billing.base.url", "");
        emit("bob", "t1");
        apply("billing.base.url", runmesh.url());
        emit("bob", "t2");
        awaitDelivered("t2");
        assertThat(runmesh.ledger().amounts()).containsOnlyKeys("t2");
        try (CapturedLog log = new CapturedLog()) {
            apply("billing.base.url", "");
            emit("bob", "t3");
            assertThat(log.text())
                    .as("another time without billing is told again")
                    .contains("billing is off");
        }
        assertThat(new OutboxCommands(outbox().orElseThrow()).outbox()).containsPattern("billing being off +2");
    }

    @Test
    void servicesFollowTheSettingsAndTheSinkStaysTheSame() {
        apply();
        UsageOutbox sink = outbox().orElseThrow();
        assertThat(billing.isOn()).isTrue();
        assertThat(find(BalanceCheck.class)).isEmpty();
        apply("balance.guard", "on");
        BalanceCheck guard = find(BalanceCheck.class).orElseThrow();
        apply("outbox.max.rows", "7");
        assertThat(find(BalanceCheck.class)).containsSame(guard);
        apply("billing.base.url", "");
        assertThat(billing.isOn()).isFalse();
        assertThat(find(BalanceCheck.class)).isEmpty();
        apply("billing.base.url", runmesh.url());
        assertThat(billing.isOn()).isTrue();
        assertThat(find(BalanceCheck.class)).isPresent();
        apply("balance.guard", "off");
        assertThat(find(BalanceCheck.class)).isEmpty();
        assertThat(outbox()).containsSame(sink);
        billing.close();
        assertThat(outbox()).isEmpty();
    }

    @Test
    void theGuardAsksTheRunmeshInForce() {
        PrincipalContext bob = new PrincipalContext("bob", "lumid", "", "user", List.of());
        runmesh.balance("bob@example.com", false, "0.00");
        apply("balance.guard", "on");
        BalanceCheck guard = find(BalanceCheck.class).orElseThrow();
        assertThatThrownBy(() -> guard.check(bob)).isInstanceOf(HookRejection.class);
        apply(".bridge.secret", "wrong");
        guard.check(bob);
        apply(".bridge.secret", SECRET);
        assertThatThrownBy(() -> guard.check(bob)).isInstanceOf(HookRejection.class);
    }

    @Test
    void theBoundOnRowsIsTheOneInForce() {
        apply("outbox.max.rows", "2");
        UsageOutbox sink = outbox().orElseThrow();
        directory.clear();
        emit("bob", "t1", "t2");
        assertThatThrownBy(() -> emit("bob", "t3")).isInstanceOf(OutboxFull.class);
        apply("outbox.max.rows", "3");
        emit("bob", "t3");
        sink.add(List.of());
        assertThat(metrics().pending()).isEqualTo(3);
    }

    // Rows

    @Test
    void switchedOffRowsWaitAndARestartWithoutBillingStillHoldsThem() {
        runmesh.stop();
        apply();
        emit("bob", "t1", "t2");
        apply("billing.base.url", "");
        billing.close();
        restart();
        apply();
        assertThat(billing.isOn()).isFalse();
        assertThat(metrics().pending()).isEqualTo(2);
        runmesh.comeBack();
        apply("billing.base.url", runmesh.url());
        awaitDelivered("t1", "t2");
    }

    @Test
    void withASecretThatIsRefusedAtTheFirstStartRowsAreTakenAndWait() {
        apply(".bridge.secret", "two\nlines");
        assertThat(billing.isOn()).isTrue();
        emit("bob", "t1");
        assertThat(metrics().pending()).isEqualTo(1);
        assertThat(runmesh.requests()).isZero();
        apply(".bridge.secret", SECRET + "\n");
        awaitDelivered("t1");
    }

    @Test
    void anotherJournalModeKeepsTheRows() {
        runmesh.entries().always(ScriptedResult.refusing(Answer.of(503, "")));
        apply();
        emit("bob", "t1", "t2");
        apply(JournalMode.ROLLBACK);
        assertThat(Files.exists(Path.of(path() + "-wal"))).isFalse();
        assertThat(metrics().pending()).isEqualTo(2);
        runmesh.entries().normal();
        apply(JournalMode.WAL);
        awaitDelivered("t1", "t2");
        assertThat(runmesh.ledger().tasksOf("bob")).containsExactly("t1", "t2");
    }

    @Test
    void anotherPathIsRefusedWhileTheOldOutboxHoldsAnythingAndComesOnceItIsEmpty() {
        runmesh.task("t1").always(ScriptedResult.refusing(Answer.of(400, "")));
        apply();
        emit("bob", "t1");
        Await.until("t1 is set aside", () -> metrics().deadLetters() == 1);
        directory.clear();
        emit("eve", "e1", "e2");
        Path next = folder.resolve("next.sqlite");
        try (CapturedLog log = new CapturedLog()) {
            apply("outbox.db.path", next);
            // Both: who puts the old path back has to know it.
            assertThat(log.text())
                    .contains("\"" + next + "\"", "\"" + path() + "\"", "2 rows", "1 dead letter")
                    .contains("The last good store stays");
        }
        assertThat(next).doesNotExist();
        emit("eve", "e3");
        assertThat(metrics().pending()).as("the old one serves").isEqualTo(3);
        OutboxCommands commands = new OutboxCommands(outbox().orElseThrow());
        commands.discard("1");
        directory.put("eve", "eve@example.com");
        emit("eve", "e4");
        awaitDelivered("e1", "e2", "e3", "e4");
        Await.until("the new one serves", () -> Files.exists(next));
        emit("eve", "e5");
        awaitDelivered("e5");
        assertThat(runmesh.ledger().entries()).extracting(Entry::taskId).containsExactly("e1", "e2", "e3", "e4", "e5");
    }

    /** Refused at its next opening, until the link is removed. */
    private Path linkOutbox() throws Exception {
        return Files.createLink(folder.resolve("second-name"), path());
    }

    @Test
    void anotherPathIsRefusedWhileTheOldOutboxCannotBeOpenedAndOnceItOpensUntilItsRowsHaveLeft() throws Exception {
        runmesh.entries().always(ScriptedResult.refusing(Answer.of(503, "")));
        apply();
        emit("bob", "t1");
        Path link = linkOutbox();
        apply(JournalMode.ROLLBACK);
        Path next = folder.resolve("next.sqlite");
        try (CapturedLog log = new CapturedLog()) {
            properties.put("outbox.db.path", next);
            apply(JournalMode.ROLLBACK);
            assertThat(log.text())
                    .contains("\"" + next + "\" is refused", "\"" + path() + "\", cannot be opened", "hard links")
                    .contains("or remove the other names", "no usage row is taken");
        }
        assertThat(next).doesNotExist();
        assertThatThrownBy(() -> emit("bob", "t2")).isInstanceOf(StoreUnavailable.class);
        Files.delete(link);
        Await.until("the old one serves", BillingTest::isOpen);
        assertThat(metrics().pending()).isEqualTo(1);
        assertThat(next).doesNotExist();
        runmesh.entries().normal();
        new OutboxCommands(outbox().orElseThrow()).flush();
        awaitDelivered("t1");
        Await.until("the new one serves", () -> Files.exists(next));
        emit("bob", "t2");
        awaitDelivered("t2");
    }

    @Test
    void anotherPathIsTakenWhenTheOldOutboxThatCouldNotBeOpenedIsMovedAway() throws Exception {
        apply();
        Path link = linkOutbox();
        apply(JournalMode.ROLLBACK);
        Path next = folder.resolve("next.sqlite");
        properties.put("outbox.db.path", next);
        apply(JournalMode.ROLLBACK);
        assertThat(next).doesNotExist();
        Files.delete(path());
        Await.until("the new one serves", BillingTest::isOpen);
        assertThat(next).exists();
        Files.delete(link);
        emit("bob", "t1");
        awaitDelivered("t1");
    }

    @Test
    void aPathThatCannotBeTakenYetHoldsNothingElseBackSoThatTheRowsInItsWayCanLeave() {
        runmesh.secret("rotated");
        apply();
        emit("bob", "t1");
        Await.until(
                "the secret is refused",
                () -> new OutboxCommands(outbox().orElseThrow()).outbox().contains("open: Runmesh is asked again"));
        Path next = folder.resolve("next.sqlite");
        properties.put("outbox.db.path", next);
        properties.put("balance.guard", "on");
        apply("outbox.max.rows", "1");
        assertThat(next).doesNotExist();
        assertThat(find(BalanceCheck.class)).as("the guard").isPresent();
        assertThatThrownBy(() -> emit("bob", "t2")).isInstanceOf(OutboxFull.class);
        apply(".bridge.secret", "rotated");
        awaitDelivered("t1");
        Await.until("the new file serves", () -> Files.exists(next));
        emit("bob", "t2");
        awaitDelivered("t2");
    }

    @Test
    void theGuardIsThereWhileTheOutboxCannotBeOpened() throws Exception {
        PrincipalContext bob = new PrincipalContext("bob", "lumid", "", "user", List.of());
        runmesh.balance("bob@example.com", false, "0.00");
        Files.createDirectory(path());
        apply("balance.guard", "on");
        assertThat(isOpen()).isFalse();
        BalanceCheck guard = find(BalanceCheck.class).orElseThrow();
        assertThatThrownBy(() -> guard.check(bob)).isInstanceOf(HookRejection.class);
    }

    @Test
    void aSecretThatIsRefusedWhileBillingIsOffSwitchesItOnAndRowsWait() {
        apply(".bridge.secret", "");
        assertThat(billing.isOn()).isFalse();
        apply(".bridge.secret", "$[env:NOT_THERE]");
        assertThat(billing.isOn()).isTrue();
        emit("bob", "t1");
        assertThat(runmesh.requests()).isZero();
        apply(".bridge.secret", SECRET);
        awaitDelivered("t1");
    }

    @Test
    void aSinkWhoseDatabaseFailsTellsTheHostInOneLineThatItKeepsItsRows() {
        apply();
        UsageOutbox taking = outbox().orElseThrow();
        taking.leased().<Boolean>withResource(open -> {
            open.close();
            return true;
        });
        try (CapturedLog log = new CapturedLog()) {
            OutboxUsageSink sink = new OutboxUsageSink(taking);
            for (int i = 0; i < 9; i++) {
                assertThatThrownBy(() -> sink.emit(List.of(Outboxes.row("bob", "t1", "0.10"))))
                        .isInstanceOfSatisfying(
                                HookRejection.class,
                                refused -> assertThat(refused.status()).isEqualTo(503));
            }
            assertThat(log.text().lines().filter(line -> line.contains("WARN") && line.contains("not taken")))
                    .hasSize(1);
            assertThat(log.text()).contains("closed").doesNotContain("StoreUnavailable");
        }
    }

    @Test
    void aFileThatIsDamagedIsRefusedByNameAndAnotherTakesTheRows() throws Exception {
        apply("billing.base.url", "https://runmesh.invalid");
        emit("bob", IntStream.range(0, 500).mapToObj(n -> "task-" + n).toArray(String[]::new));
        billing.close();
        try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            // The header stays, so that SQLite opens it.
            file.write(ByteBuffer.wrap(new byte[(int) file.size() - 4096]), 4096);
        }
        restart();
        try (CapturedLog log = new CapturedLog()) {
            apply();
            assertThat(isOpen()).isFalse();
            assertThat(log.text()).contains("outbox.db.path", path().toString(), "is refused", "malformed");
        }
        apply("outbox.db.path", folder.resolve("other.sqlite"));
        emit("bob", "t1");
        assertThat(metrics().pending()).isPositive();
    }

    @Test
    void aPathThatOpensLateDoesNotBringBackAConfigurationThatIsOutOfDate() throws Exception {
        Files.createDirectory(path());
        apply();
        properties.remove("outbox.db.path");
        apply("billing.base.url", "");
        Files.delete(path());
        // The first retry of the path comes after a second, and the second two later.
        Await.until("the path is tried again", () -> Files.exists(path()));
        Await.until("it is open", BillingTest::isOpen);
        assertThat(billing.isOn()).isFalse();
    }

    @Test
    void whileThePathCannotBeOpenedTheHostIsToldAndKeepsItsRowsUntilItOpens() throws Exception {
        Files.createDirectory(path());
        apply("balance.guard", "on");
        assertThat(billing.isOn()).isTrue();
        OutboxUsageSink sink = new OutboxUsageSink(outbox().orElseThrow());
        sink.emit(List.of());
        assertThatThrownBy(() -> sink.emit(List.of(Outboxes.row("bob", "t1", "0.10"))))
                .isInstanceOfSatisfying(
                        HookRejection.class,
                        refused -> assertThat(refused.status()).isEqualTo(503));
        Files.delete(path());
        Await.until("it is open", BillingTest::isOpen);
        emit("bob", "t1");
        awaitDelivered("t1");
        assertThat(find(BalanceCheck.class)).isPresent();
    }

    @Test
    void checksThatFailOnceBillingIsWithdrawnAreRefusedAndNoOutageIsLogged() {
        billing = new Billing(bundle(), Map.of(), who -> Optional.empty(), (who, longest) -> {
            throw HookRejection.unavailable("The identity service of this server is unavailable.");
        });
        apply("balance.guard", "on");
        BalanceCheck check = find(BalanceCheck.class).orElseThrow();
        billing.withdraw();
        PrincipalContext bob = new PrincipalContext("bob", "lumid", "bob", "user", List.of());
        try (CapturedLog log = new CapturedLog()) {
            assertThatThrownBy(() -> check.check(bob))
                    .isInstanceOfSatisfying(
                            HookRejection.class,
                            refused -> assertThat(refused.status()).isEqualTo(503));
            assertThat(log.text()).doesNotContain("Submissions are refused");
        }
    }

    @Test
    void rowsThatComeWhenTheOutboxIsClosedAreRefusedWith503() {
        apply();
        OutboxUsageSink sink = new OutboxUsageSink(outbox().orElseThrow());
        billing.close();
        assertThatThrownBy(() -> sink.emit(List.of(Outboxes.row("bob", "t1", "0.10"))))
                .isInstanceOfSatisfying(
                        HookRejection.class,
                        refused -> assertThat(refused.status()).isEqualTo(503));
    }

    // Commands

    @Test
    void whileTheOutboxCannotBeOpenedCommandsSaySo() throws Exception {
        Files.createDirectory(path());
        apply();
        OutboxCommands commands = new OutboxCommands(outbox().orElseThrow());
        for (Runnable command : List.<Runnable>of(
                commands::outbox,
                commands::waiting,
                commands::flush,
                commands::deadletters,
                () -> commands.retry("all"))) {
            assertThatThrownBy(command::run).hasMessage("The outbox is not open; the log says why.");
        }
    }

    @Test
    void commandsShowWhatWaitsAndWhy() {
        runmesh.task("t1").next(ScriptedResult.refusing(Answer.of(422, "{\"msg\":\"no \\u001b[31mtask\"}")));
        apply();
        OutboxCommands commands = new OutboxCommands(outbox().orElseThrow());
        Await.until("it is configured", () -> commands.outbox().contains("closed: rows are delivered to http://"));
        assertThat(commands.outbox())
                .contains("0, of 0 principals", "none")
                .containsPattern("set aside +after 30 days, or 10 refusals in a day or more");
        apply("outbox.retention.days", "3");
        apply("outbox.refusals", "4");
        Await.until(
                "the terms are those in force",
                () -> commands.outbox().contains("after 3 days, or 4 refusals in a day or more"));
        assertThat(commands.deadletters()).isEqualTo("no dead letter");
        emit("bob", "t1");
        Await.until("t1 is set aside", () -> metrics().deadLetters() == 1);
        assertThat(commands.deadletters())
                .contains("1: task t1 of bob, cost 0.10", "422", "no ")
                .doesNotContain("\u001b", "bob@");
        emit("stranger", "s1");
        Await.until("s1 is held", () -> metrics().withoutEmail() == 1);
        assertThat(commands.outbox())
                .containsPattern("rows that wait +1, of 1 principals")
                .containsPattern("principals not known now +1")
                .containsPattern("dead letters +1");
        runmesh.task("r1").next(ScriptedResult.refusing(FakeRunmesh.UNKNOWN_USER));
        emit("bob", "r1", "r2");
        Await.until("r1 is refused", () -> commands.waiting().contains("refused 1 times"));
        assertThat(commands.waiting())
                .containsPattern("bob: 2 rows, the oldest of task r1 emitted .*: refused 1 times, last: .*unknown user"
                        + ".*; next try at 20")
                .containsPattern("stranger: 1 rows, .* s1 .*: the e-mail address is not known")
                .doesNotContain("@example");
        try (CapturedLog log = new CapturedLog()) {
            assertThat(commands.flush()).contains("every row is tried now");
            assertThat(log.text()).contains(System.getProperty("user.name") + " has every usage row");
        }
        awaitDelivered("r1", "r2");
        Await.until("the stranger's row alone waits", () -> metrics().pending() == 1);
        assertThat(commands.waiting()).startsWith("stranger: ").doesNotContain("\n");
        runmesh.secret("another");
        try (CapturedLog log = new CapturedLog()) {
            assertThat(commands.retry("all")).isEqualTo("1 to be delivered again");
            assertThat(commands.retry("77")).isEqualTo("there is no such dead letter");
            assertThat(commands.discard("77")).isEqualTo("there is no such dead letter");
            assertThat(log.text()).contains(System.getProperty("user.name"), "retried dead letter all", "discarded");
        }
        Await.until("it is left alone", () -> commands.outbox().contains("open: Runmesh is asked again at"));
        assertThat(commands.outbox()).containsPattern("last trouble +status 401");
        apply("billing.base.url", "");
        Await.until("there is none", () -> commands.outbox().contains("no delivery: there is no Runmesh"));
        assertThatThrownBy(() -> commands.retry("first"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("flowmesh:deadletters");
    }
}
