package id.lum.flowmesh.internal.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeRunmesh;
import id.lum.flowmesh.internal.delivery.Delivery;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.support.config.SettingRefused;
import id.lum.testing.Await;
import id.lum.testing.Background;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is let through, and who is not. */
class BalanceCheckTest {
    private static final Map<String, String> EMAILS = Map.of("bob", "bob@example.com", "eve", "eve@example.com");

    private final FakeRunmesh fake = FakeRunmesh.start(Delivery.SECRET)
            .balance("bob@example.com", false, "0.00")
            .balance("eve@example.com", true, "9.00");
    private final RunmeshClient quick =
            new RunmeshClient(Outboxes.clock(), Duration.ofSeconds(2), Duration.ofSeconds(2));
    private final RunmeshClient patient = new RunmeshClient(Outboxes.clock());
    private final ManualClock clock = new ManualClock();
    private volatile BillingSettings.Access access = at(Delivery.SECRET);

    @AfterEach
    void stop() {
        quick.close();
        patient.close();
        fake.close();
        assertThat(fake.violations()).isEmpty();
    }

    private BillingSettings.Access at(String secret) {
        return new BillingSettings.Access.At(new RunmeshEndpoint(fake.url(), secret));
    }

    private BalanceCheck check(RunmeshClient client) {
        return check(
                client,
                (who, longest) -> Optional.ofNullable(EMAILS.get(who.principalId()))
                        .filter(email -> who.orgId().equals("lumid")));
    }

    private BalanceCheck check(RunmeshClient client, Payers payers) {
        return new BalanceCheck(client, () -> access, payers, clock::nanos);
    }

    /** Everybody has an address. */
    private BalanceCheck checkOfMany() {
        return check(patient, (who, longest) -> Optional.of(who.principalId() + "@example.com"));
    }

    private static PrincipalContext principal(String id, String ofOrg) {
        return new PrincipalContext(id, ofOrg, "", "user", List.of());
    }

    private static int status(BalanceCheck check, String id) {
        try {
            check.check(principal(id, "lumid"));
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }

    /** As many checks at once, of principals of their own. */
    private static List<CompletableFuture<Integer>> checks(BalanceCheck check, int many) {
        return IntStream.range(0, many)
                .mapToObj(i -> Background.start(() -> status(check, "p" + i)))
                .toList();
    }

    private static Map<Integer, Long> counted(List<CompletableFuture<Integer>> checks) throws Exception {
        Map<Integer, Long> counts = new TreeMap<>();
        for (CompletableFuture<Integer> check : checks) {
            counts.merge(Await.result(check), 1L, Long::sum);
        }
        return counts;
    }

    private static Answer broke() {
        return Answer.json("{\"data\":{\"sufficient\":false,\"balance\":\"1\"}}");
    }

    @Test
    void whoHasNotEnoughIsToldTheBalanceAndWhereToTopUp() {
        assertThatThrownBy(() -> check(patient).check(principal("bob", "lumid")))
                .isInstanceOf(HookRejection.class)
                .hasMessage("Insufficient balance ($0.00). Top up at https://lum.id/app/billing before submitting"
                        + " workflows.")
                .extracting(rejection -> ((HookRejection) rejection).status())
                .isEqualTo(402);
    }

    @Test
    void whoHasEnoughIsLetThrough() {
        check(patient).check(principal("eve", "lumid"));
        assertThat(fake.requests()).isEqualTo(1);
    }

    @Test
    void nobodyAsksForOtherOrgsOrForPrincipalsWithoutAnAddress() {
        BalanceCheck check = check(patient);
        check.check(principal("bob", "acme"));
        check.check(principal("bob", ""));
        check.check(principal("stranger", "lumid"));
        assertThat(fake.requests()).isZero();
    }

    static Stream<Answer> noAnswers() {
        return Stream.of(
                FakeRunmesh.UNKNOWN_USER,
                Answer.json("{\"data\":{\"sufficient\":\"false\"}}"),
                Answer.json("{}"),
                Answer.html(),
                Answer.empty(),
                Answer.huge(),
                Answer.silent(),
                Answer.drippingBody(),
                Answer.drippingHead(),
                Answer.closing(),
                Answer.cutBody("{\"data\":{\"sufficient\":false}}"),
                Answer.halfClosing("{\"data\":{\"sufficient\":false}}"),
                Answer.redirect(307),
                Answer.retryAfter(429, 60),
                Answer.of(401, "{\"data\":{\"sufficient\":false}}"),
                Answer.of(402, "{\"data\":{\"sufficient\":false}}"),
                Answer.of(
                        500,
                        "{\"data\":{\"sufficient\":false},\"of\":\"bob@example.com\",\"by\":\"" + Delivery.SECRET
                                + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void whoeverNobodyCanTellOfIsLetThroughWithAWarning(Answer answer) {
        fake.balances().always(answer);
        try (CapturedLog log = new CapturedLog()) {
            check(quick).check(principal("bob", "lumid"));
            assertThat(log.text())
                    .contains("WARN", "let through without a look at the balance")
                    .doesNotContain("bob@example.com", Delivery.SECRET);
        }
        assertThat(fake.requests()).isEqualTo(1);
    }

    @Test
    void whereNobodyListensEverybodyIsLetThrough() {
        fake.stop();
        check(quick).check(principal("bob", "lumid"));
    }

    @Test
    void anOutageIsOneWarningHoweverManyAreLetThroughAndItsEndOneLine() {
        BalanceCheck check = check(patient);
        fake.secret("another");
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 50; i++) {
                assertThat(status(check, "bob")).isEqualTo(200);
            }
            assertThat(log.linesWith("WARN")).hasSize(1);
            fake.secret(Delivery.SECRET);
            assertThat(status(check, "bob")).isEqualTo(402);
            assertThat(log.text()).as("a single answer ends no outage").doesNotContain("answers again");
            clock.move(Duration.ofMinutes(1));
            assertThat(status(check, "bob")).isEqualTo(402);
            assertThat(status(check, "bob")).isEqualTo(402);
            assertThat(log.linesWith("Runmesh, asked for balances, answers again after 50 failures in 60 s."))
                    .hasSize(1);
        }
    }

    @Test
    void aCheckThatAsksNobodyEndsNoOutage() {
        BalanceCheck check = check(patient);
        fake.secret("another");
        try (CapturedLog log = new CapturedLog()) {
            assertThat(status(check, "bob")).isEqualTo(200);
            clock.move(Duration.ofMinutes(1));
            check.check(principal("bob", "acme"));
            check.check(principal("stranger", "lumid"));
            access = new BillingSettings.Access.Off();
            check.check(principal("bob", "lumid"));
            assertThat(log.text()).doesNotContain("answers again");
            fake.secret(Delivery.SECRET);
            access = at(Delivery.SECRET);
            assertThat(status(check, "bob")).isEqualTo(402);
            assertThat(log.linesWith("Runmesh, asked for balances, answers again after 1 failures in 60 s."))
                    .hasSize(1);
        }
    }

    @Test
    void aCheckThatAsksNobodyDoesNotSayThatBalancesCanBeAskedForAgain() {
        BalanceCheck check = check(patient);
        try (CapturedLog log = new CapturedLog()) {
            access = new BillingSettings.Access.Refused(
                    new SettingRefused("id.lum.flowmesh", ".bridge.secret", "", "must be set"));
            assertThat(status(check, "bob")).isEqualTo(503);
            clock.move(Duration.ofMinutes(1));
            check.check(principal("stranger", "lumid"));
            assertThat(log.text()).doesNotContain("answers again");
            access = at(Delivery.SECRET);
            assertThat(status(check, "bob")).isEqualTo(402);
            assertThat(log.linesWith("The balance check answers again")).hasSize(1);
        }
    }

    @Test
    void aBalanceIsShownAsSentButForControlCharacters() {
        fake.balances()
                .always(Answer.json("{\"data\":{\"sufficient\":false,\"balance\":\"1\\n\\u001b[31m2 \\\\ €\"}}"));
        assertThatThrownBy(() -> check(patient).check(principal("bob", "lumid")))
                .hasMessageStartingWith("Insufficient balance ($1\\u000a\\u001b[31m2 \\ €). Top up");
    }

    @Test
    void withARefusedUrlOrSecretNobodyIsLetThrough() {
        access = new BillingSettings.Access.Refused(
                new SettingRefused("id.lum.flowmesh", ".bridge.secret", "", "must be set"));
        assertThat(status(check(quick), "bob")).isEqualTo(503);
        assertThat(fake.requests()).isZero();
    }

    @Test
    void withoutBillingNobodyIsAskedFor() {
        access = new BillingSettings.Access.Off();
        assertThat(status(check(quick), "bob")).isEqualTo(200);
        assertThat(fake.requests()).isZero();
    }

    @Test
    void whileTheCoreIsAwayNobodyIsLetThroughAndThatIsOneWarning() {
        BalanceCheck check = check(patient, (who, longest) -> {
            throw HookRejection.unavailable("The identity service of this server is unavailable.");
        });
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 50; i++) {
                assertThat(status(check, "bob")).isEqualTo(503);
            }
            assertThat(log.linesWith("WARN")).hasSize(1);
        }
        assertThat(fake.requests()).isZero();
    }

    @Test
    void onceClosedNobodyIsLetThrough() {
        BalanceCheck check = check(patient);
        check.close();
        assertThat(status(check, "bob")).isEqualTo(503);
        assertThat(fake.requests()).isZero();
    }

    @Test
    void whereTheClientIsClosedNobodyIsLetThrough() {
        quick.close();
        assertThat(status(check(quick), "bob")).isEqualTo(503);
    }

    @Test
    void whereTheClientItselfFailsNobodyIsLetThrough() {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI where) {
                throw new IllegalStateException("a test");
            }

            @Override
            public void connectFailed(URI where, SocketAddress address, IOException failure) {
                // Nobody connects.
            }
        });
        try {
            assertThat(status(check(patient), "eve")).isEqualTo(503);
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void whatIsUnderWayAtAStopIsNotLetThrough() throws Exception {
        fake.balances().always(broke().afterRelease());
        BalanceCheck check = checkOfMany();
        List<CompletableFuture<Integer>> underWay = checks(check, 100);
        Await.until("64 are under way, and the others wait", () -> fake.held() == 64);
        // In this order, as Billing does.
        check.close();
        patient.close();
        assertThat(counted(underWay)).isEqualTo(Map.of(503, 100L));
        fake.release();
    }

    @Test
    void aWrongSecretIsReplacedForTheNextCall() {
        BalanceCheck check = check(patient);
        fake.secret("another");
        check.check(principal("bob", "lumid"));
        access = at("another");
        assertThatThrownBy(() -> check.check(principal("bob", "lumid"))).isInstanceOf(HookRejection.class);
    }

    @Test
    void aSilentRunmeshHoldsNobodyForASecondTimeout() {
        fake.balances().always(Answer.silent());
        long start = System.nanoTime();
        check(patient).check(principal("bob", "lumid"));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(4900), Duration.ofMillis(9900));
    }

    @Test
    void aHundredAtATimeAreAllAskedForSixtyFourAtOnce() throws Exception {
        fake.balances().always(broke().afterRelease());
        List<CompletableFuture<Integer>> checks = checks(checkOfMany(), 100);
        Await.until("64 are under way", () -> fake.held() == 64);
        fake.balances().always(broke());
        assertThat(fake.requests()).isEqualTo(64);
        fake.release();
        assertThat(counted(checks)).isEqualTo(Map.of(402, 100L));
        assertThat(fake.requests()).isEqualTo(100);
    }

    @Test
    void checksOfOnePrincipalShareARequest() throws Exception {
        fake.balances().always(broke().afterRelease());
        BalanceCheck check = checkOfMany();
        AtomicInteger begun = new AtomicInteger();
        List<CompletableFuture<Integer>> checks = IntStream.range(0, 100)
                .mapToObj(i -> Background.start(() -> {
                    begun.incrementAndGet();
                    return status(check, "bob");
                }))
                .toList();
        Await.until("all have begun", () -> begun.get() == 100 && fake.held() == 1);
        fake.balances().always(broke());
        fake.release();
        assertThat(counted(checks)).isEqualTo(Map.of(402, 100L));
        assertThat(fake.requests()).as("one for those that met").isLessThan(100);
        assertThat(status(check, "bob")).isEqualTo(402);
    }

    @Test
    void whoDoesNotGetATurnInTimeIsNotLetThroughAndKeepsNoPlace() throws Exception {
        fake.balances().always(Answer.silent());
        BalanceCheck check = checkOfMany();
        try (CapturedLog log = new CapturedLog()) {
            assertThat(counted(checks(check, 80)))
                    .as("Runmesh had its time for 64, and not for the others")
                    .isEqualTo(Map.of(200, 64L, 503, 16L));
            assertThat(log.linesWith("64 other balance requests are under way")).isNotEmpty();
        }
        fake.balances().always(broke());
        assertThat(status(check, "who came later")).isEqualTo(402);
    }

    @Test
    void aCheckWhoseTimeTheCoreUsedUpIsNotLetThroughAndBlamesNoOtherRequests() {
        fake.balances().always(Answer.silent());
        BalanceCheck check = check(patient, (who, longest) -> {
            clock.move(Duration.ofMillis(5400));
            return Optional.of("bob@example.com");
        });
        try (CapturedLog log = new CapturedLog()) {
            assertThat(status(check, "bob")).isEqualTo(503);
            assertThat(log.linesWith("no answer came in the 100 ms that were left"))
                    .isNotEmpty();
            assertThat(log.text()).doesNotContain("64 other");
        }
    }

    @Test
    void whoIsInterruptedIsNotLetThroughAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(status(check(patient), "bob")).isEqualTo(503);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(status(check(patient), "bob")).isEqualTo(402);
    }

    @Test
    void whoIsInterruptedWhileItWaitsIsNotLetThroughAndOthersThatShareTheRequestGetTheAnswer() throws Exception {
        fake.balances().always(broke().afterRelease());
        BalanceCheck check = checkOfMany();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            int status = status(check, "bob");
            interrupted.complete(status == 503 && Thread.currentThread().isInterrupted());
        });
        caller.start();
        Await.until("it is under way", () -> fake.held() == 1);
        CompletableFuture<Integer> other = Background.start(() -> status(check, "bob"));
        caller.interrupt();
        assertThat(Await.result(interrupted)).isTrue();
        fake.balances().always(broke());
        fake.release();
        assertThat(Await.result(other)).isEqualTo(402);
    }
}
