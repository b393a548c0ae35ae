package id.lum.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.traffic.BrittleView.Fate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A registration or a deregistration that fails may have been made or not: what follows from it is not judged. */
class FailedRegistrationTest {
    private final BrittleView view = new BrittleView();
    private final AnswerChecker judge = new AnswerChecker();
    private final ExpectedGrants holdings = new ExpectedGrants();
    private final AtomicInteger resources = new AtomicInteger();
    private final Supplier<String> ids = () -> "r-" + resources.incrementAndGet();
    private final Runnable byPolicy = new LumidScenario(
            new LumidScenario.Host(view, new ExpectedState("file"), "job", "artifact", principals -> {}),
            new LumidScript(account("owner"), account("reader"), account("admin")),
            judge,
            holdings,
            ids);
    private final Runnable byOwner =
            new OwnerScenario(view, new CallScript("job", "owner", "admin", false), judge, ids);

    private static LumidScript.Account account(String name) {
        return new LumidScript.Account(name, name);
    }

    /** How many calls failed in a round, and how many answers of it were wrong. */
    private String after(Runnable round, Fate... fates) {
        Report before = judge.report();
        view.next(fates);
        round.run();
        Report now = judge.report();
        return "failed " + (now.failed() - before.failed()) + ", wrong " + (now.wrong() - before.wrong());
    }

    @Test
    void whereEverythingSucceedsNothingIsWrong() {
        assertThat(after(byPolicy)).isEqualTo("failed 0, wrong 0");
        assertThat(after(byOwner)).isEqualTo("failed 0, wrong 0");
        assertThat(judge.report().trouble()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Fate.class, mode = EnumSource.Mode.EXCLUDE, names = "MADE")
    void byPolicyOnlyTheFailedCallItselfCounts(Fate fate) {
        after(byPolicy);
        assertThat(after(byPolicy, fate)).as("a registration").isEqualTo("failed 1, wrong 0");
        assertThat(after(byPolicy, Fate.MADE, fate)).as("a deregistration").isEqualTo("failed 1, wrong 0");
        assertThat(after(byPolicy, fate, fate)).as("both").isEqualTo("failed 2, wrong 0");
        assertThat(after(byPolicy)).isEqualTo("failed 0, wrong 0");
    }

    @ParameterizedTest
    @EnumSource(value = Fate.class, mode = EnumSource.Mode.EXCLUDE, names = "MADE")
    void byOwnerOnlyTheFailedCallItselfCounts(Fate fate) {
        assertThat(after(byOwner, fate)).as("a registration").isEqualTo("failed 1, wrong 0");
        assertThat(after(byOwner, Fate.MADE, fate)).as("a deregistration").isEqualTo("failed 1, wrong 0");
        assertThat(after(byOwner, fate, fate)).as("both").isEqualTo("failed 2, wrong 0");
        assertThat(after(byOwner)).isEqualTo("failed 0, wrong 0");
    }

    @Test
    void aResourceThatIsToStayIsRegisteredAgainInTheNextRoundWhenItsRegistrationFailed() {
        assertThat(after(byPolicy, Fate.REFUSED)).isEqualTo("failed 1, wrong 0");
        after(byPolicy);
        assertThat(holdings.surelyIn("file")).hasSize(1);
        assertThat(after(byPolicy, Fate.REFUSED)).isEqualTo("failed 1, wrong 0");
    }

    @Test
    void aResourceThatMayHaveBeenRegisteredIsNotSurelyHeldAndMayBe() {
        after(byPolicy, Fate.MADE_AND_NOT_CONFIRMED, Fate.MADE, Fate.MADE_AND_NOT_CONFIRMED);
        assertThat(holdings.surelyIn("file")).isEmpty();
        assertThat(holdings.possiblyIn("file")).containsExactlyInAnyOrder("r-1", "r-2");
    }

    @Test
    void afterAFailureOthersAreJudgedAsBefore() {
        after(byPolicy);
        after(byPolicy, Fate.REFUSED);
        after(byOwner, Fate.REFUSED);
        view.forget();
        assertThat(after(byPolicy)).as("the owner cancels").isEqualTo("failed 0, wrong 1");
        assertThat(after(byOwner)).as("the owner reads and lists").isEqualTo("failed 0, wrong 2");
    }

    @Test
    void whatIsDeregisteredAfterAFailedRegistrationIsSurelyGone() {
        after(byPolicy);
        after(byPolicy, Fate.REFUSED);
        assertThat(holdings.possiblyIn("file")).containsExactly("r-1");
    }
}
