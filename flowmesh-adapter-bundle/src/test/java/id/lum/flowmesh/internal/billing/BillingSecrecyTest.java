package id.lum.flowmesh.internal.billing;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.flowmesh.internal.delivery.DeliveredOutbox;
import id.lum.flowmesh.internal.delivery.DeliveryPolicy;
import id.lum.flowmesh.internal.outbox.EmittedRow;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.flowmesh.internal.runmesh.EntryResponse;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.flowmesh.internal.usage.EmailDirectory;
import id.lum.flowmesh.internal.usage.PendingRow;
import id.lum.hooks.PrincipalContext;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.SwappableResource;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge secret and addresses are in no log line, exception, description, command's output or dead letter, and an
 * address is in no file once its rows are delivered.
 */
class BillingSecrecyTest {
    private static final Logger LOG = LoggerFactory.getLogger(BillingSecrecyTest.class);
    private static final String SECRET = "brid/ge+canary=91bc";
    private static final String EMAIL = "mail.canary@example.org";
    /** An echo of everything, as a debugging server has it. */
    private static final String ECHO =
            "{\"code\":500,\"msg\":\"" + EMAIL + " by " + SECRET + "\",\"data\":{\"sufficient\":\"" + EMAIL + "\"}}";

    @TempDir
    Path folder;

    private final FakeRunmesh fake = FakeRunmesh.start(SECRET);
    private final RunmeshClient client =
            new RunmeshClient(Outboxes.clock(), Duration.ofSeconds(2), Duration.ofSeconds(2));
    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void stop() {
        client.close();
        fake.close();
    }

    private static BillingSettings settings(FakeRunmesh at, Path path, String secret) {
        return BillingSettings.parse(
                DeclaredSettings.of(
                        BillingConfiguration.class,
                        "id.lum.test",
                        Map.of("billing.base.url", at.url(), ".bridge.secret", secret, "outbox.db.path", path)),
                JournalMode.WAL);
    }

    private void see(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        seen.add(trace.toString());
    }

    private static List<String> found(List<String> texts) {
        return Stream.of(
                        SECRET,
                        EMAIL,
                        "canary",
                        URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                        URLEncoder.encode(EMAIL, StandardCharsets.UTF_8))
                .filter(canary -> texts.stream().anyMatch(text -> text.contains(canary)))
                .toList();
    }

    private List<String> files() throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                // Read by another process's means: a descriptor that is closed here would drop SQLite's locks.
                contents.add(new String(
                        new ProcessBuilder("cat", file.toString())
                                .start()
                                .getInputStream()
                                .readAllBytes(),
                        StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private static List<Answer> answers() {
        return List.of(
                Answer.json(ECHO),
                Answer.of(500, ECHO),
                Answer.of(401, ECHO),
                Answer.json(ECHO + ECHO),
                Answer.json("{\"code\":\"" + SECRET),
                Answer.html(),
                Answer.silent(),
                Answer.huge(),
                Answer.closing(),
                Answer.cutBody(ECHO),
                Answer.redirect(307),
                Answer.notHttp("220 " + SECRET + " for " + EMAIL + "\r\n\r\n"));
    }

    @Test
    void theSearchFindsWhatIsPlanted() throws Exception {
        try (CapturedLog log = CapturedLog.ofEverything()) {
            LOG.trace("planted {}", SECRET);
            assertThat(found(List.of(log.text()))).contains(SECRET, "canary");
        }
        see(new IllegalStateException("outer", new IllegalStateException("planted " + EMAIL)));
        assertThat(found(seen)).contains(EMAIL);
        Files.writeString(folder.resolve("planted"), EMAIL);
        assertThat(found(files())).contains(EMAIL);
    }

    @Test
    void answersAndSettingsTellNobody() throws Exception {
        RunmeshEndpoint runmesh = new RunmeshEndpoint(fake.url(), SECRET);
        try (CapturedLog log = CapturedLog.ofEverything()) {
            BalanceCheck check = new BalanceCheck(
                    client,
                    () -> new BillingSettings.Access.At(runmesh),
                    (who, longest) -> Optional.of(EMAIL),
                    System::nanoTime);
            DeliveryPolicy policy = new DeliveryPolicy(Optional.of(runmesh), Duration.ofDays(30), 10);
            SplittableRandom jitter = new SplittableRandom(1);
            PendingRow row = waiting();
            for (Answer answer : answers()) {
                fake.entries().always(ScriptedResult.refusing(answer));
                fake.balances().always(answer);
                EntryResponse said = client.enter(runmesh, row, EMAIL).get();
                seen.add(said.toString());
                seen.add(policy.outcomeOf(row, said, Outboxes.START, jitter).toString());
                seen.add(client.balance(runmesh, EMAIL).get().toString());
                check.check(new PrincipalContext("bob", "lumid", "", "user", List.of()));
            }
            seen.add(policy.outcomeOf(row, new EntryResponse.Accepted(), Outboxes.START, jitter)
                    .toString());
            for (Object described : List.of(
                    runmesh,
                    policy,
                    row,
                    check,
                    client,
                    row.withEmail(EMAIL),
                    settings(fake, folder.resolve("x.sqlite"), SECRET + "\n"))) {
                seen.add(described.toString());
            }
            for (String bad : List.of(SECRET + "\n" + SECRET, SECRET + "\u00e9", "VAULT://" + SECRET, "$[" + SECRET)) {
                BillingSettings refused = settings(fake, folder.resolve("x.sqlite"), bad);
                seen.add(refused.toString());
                see(refused.refusal().orElseThrow());
            }
            seen.add(log.text());
            assertThat(log.text()).contains("<token>", "let through without a look");
        }
        assertThat(found(seen)).isEmpty();
    }

    private static PendingRow waiting() {
        return new PendingRow(
                1,
                "bob",
                Optional.of(EMAIL),
                "t1",
                BigDecimal.ONE,
                BigDecimal.ONE,
                BigDecimal.ONE,
                "DONE",
                Outboxes.START,
                0,
                Optional.empty(),
                0);
    }

    @Test
    void rowsTellNobodyWhileTheyWaitAndNoFileOnceTheyAreGone() throws Exception {
        ManualClock clock = Outboxes.clock();
        Path path = folder.resolve("outbox.sqlite");
        RunmeshEndpoint runmesh =
                settings(fake, path, SECRET + "\r\n").runmesh().orElseThrow();
        EmailDirectory directory = who -> Optional.of(EMAIL);
        try (CapturedLog log = CapturedLog.ofEverything();
                DeliveredOutbox open = DeliveredOutbox.open(
                        settings(fake, path, SECRET).outbox().orElseThrow(),
                        client,
                        directory,
                        clock,
                        new DeliveryPolicy(Optional.of(runmesh), Duration.ofDays(30), 2))) {
            SwappableResource<DeliveredOutbox> live = new SwappableResource<>("test", open, Duration.ofSeconds(1));
            OutboxCommands commands =
                    new OutboxCommands(new UsageOutbox(inForce(live, settings(fake, path, SECRET)), directory));
            for (Answer answer : answers()) {
                fake.entries().next(ScriptedResult.refusing(answer));
            }
            fake.task("dead").always(ScriptedResult.refusing(Answer.of(422, ECHO)));
            fake.task("refused").always(ScriptedResult.refusing(Answer.json(ECHO)));
            for (int i = 0; i < 30; i++) {
                Outboxes.add(open.outbox(), List.of(emitted("p" + i % 7, "t" + i)), Outboxes.MANY);
            }
            Outboxes.add(open.outbox(), List.of(emitted("x", "dead"), emitted("y", "refused")), Outboxes.MANY);
            seen.add(commands.outbox());
            Await.until("no row waits", () -> {
                clock.move(Duration.ofSeconds(30));
                open.delivery().wake();
                seen.add(commands.outbox());
                seen.add(commands.waiting());
                seen.addAll(Outboxes.rows(path, "SELECT coalesce(last_error, '') FROM queues"));
                return open.outbox().metrics().pending() == 0;
            });
            Await.until("two are dead", () -> open.outbox().metrics().deadLetters() == 2);
            seen.add(commands.deadletters());
            assertThat(commands.deadletters()).contains("<token>");
            assertThat(Outboxes.rows(path, "SELECT reason FROM dead_letters")).hasSize(2);
            Await.until("the files are clean", () -> found(files()).isEmpty());
            seen.add(log.text());
            assertThat(log.text()).contains("<token>", "gives no usable answer");
        }
        assertThat(seen).hasSizeGreaterThan(5);
        assertThat(found(seen)).isEmpty();
        assertThat(found(files())).isEmpty();
    }

    private static BillingInForce inForce(Leased<DeliveredOutbox> outbox, BillingSettings settings) {
        return new BillingInForce() {
            @Override
            public BillingSettings settings() {
                return settings;
            }

            @Override
            public Optional<Leased<DeliveredOutbox>> outbox() {
                return Optional.of(outbox);
            }
        };
    }

    private static EmittedRow emitted(String principal, String task) {
        return new EmittedRow(Outboxes.row(principal, task, "0.10"), Optional.of(EMAIL));
    }
}
