package id.lum.flowmesh.internal.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeRunmesh;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
            new RunmeshClient(Outboxes.clock(), Duration.ofMillis(300), Duration.ofMillis(300));
    private final RunmeshClient patient = new RunmeshClient(Outboxes.clock());
    private Optional<Runmesh> runmesh = Optional.of(new Runmesh(fake.url(), Delivery.SECRET));
    private Optional<String> org = Optional.of("lumid");

    @AfterEach
    void stop() {
        quick.close();
        patient.close();
        fake.close();
        assertThat(fake.violations()).isEmpty();
    }

    private BalanceCheck check(RunmeshClient client) {
        return new BalanceCheck(client, () -> runmesh, () -> org, who -> Optional.ofNullable(EMAILS.get(who)));
    }

    private static PrincipalContext principal(String id, String ofOrg) {
        return new PrincipalContext(id, ofOrg, "", "user", List.of());
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
        org = Optional.empty();
        check.check(principal("bob", "lumid"));
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
    void withARefusedUrlOrSecretEverybodyIsLetThrough() {
        runmesh = Optional.empty();
        check(quick).check(principal("bob", "lumid"));
        assertThat(fake.requests()).isZero();
    }

    @Test
    void onceClosedEverybodyIsLetThrough() {
        quick.close();
        check(quick).check(principal("bob", "lumid"));
    }

    @Test
    void aWrongSecretIsReplacedForTheNextCall() {
        BalanceCheck check = check(patient);
        fake.secret("another");
        check.check(principal("bob", "lumid"));
        runmesh = Optional.of(new Runmesh(fake.url(), "another"));
        assertThatThrownBy(() -> check.check(principal("bob", "lumid"))).isInstanceOf(HookRejection.class);
    }

    @Test
    void aSilentRunmeshHoldsNobodyLongerThanFiveSecondsAndAHalf() {
        fake.balances().always(Answer.silent());
        long start = System.nanoTime();
        check(patient).check(principal("bob", "lumid"));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(4900), Duration.ofMillis(5900));
    }

    @Test
    void theSixtyFifthAtATimeIsLetThroughAndTheOthersGetTheirAnswers() throws Exception {
        fake.balances()
                .always(Answer.json("{\"data\":{\"sufficient\":false,\"balance\":\"1\"}}")
                        .afterRelease());
        BalanceCheck check = check(patient);
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            waiting.add(Outboxes.start(() -> {
                assertThatThrownBy(() -> check.check(principal("bob", "lumid"))).isInstanceOf(HookRejection.class);
                return true;
            }));
        }
        Outboxes.await("all are held", () -> fake.held() == 64);
        assertThatCode(() -> check.check(principal("bob", "lumid"))).doesNotThrowAnyException();
        assertThat(fake.requests()).isEqualTo(64);
        fake.release();
        for (CompletableFuture<Boolean> one : waiting) {
            assertThat(one.get(10, TimeUnit.SECONDS)).isTrue();
        }
        fake.balances().normal();
        assertThatThrownBy(() -> check.check(principal("bob", "lumid")))
                .as("places are free again")
                .isInstanceOf(HookRejection.class);
    }

    @Test
    void whoIsInterruptedIsLetThroughAndStaysInterrupted() {
        fake.balances().always(Answer.silent());
        Thread.currentThread().interrupt();
        check(patient).check(principal("bob", "lumid"));
        assertThat(Thread.interrupted()).isTrue();
    }
}
