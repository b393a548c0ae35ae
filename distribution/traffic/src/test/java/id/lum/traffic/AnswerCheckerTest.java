package id.lum.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.HookRejection;
import id.lum.hooks.Refusal;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class AnswerCheckerTest {
    private static final Runnable ALLOWED = () -> {};
    private static final Runnable NO_SCOPE =
            throwing(HookRejection.forbidden(Refusal.SCOPE_REQUIRED, "write on any task requires scope w"));
    private static final Runnable ADMIN_ONLY =
            throwing(HookRejection.forbidden(Refusal.ADMIN_ONLY, "write on any task is admin-only"));
    private static final Runnable UNKNOWN =
            throwing(HookRejection.unauthorized("No identity provider accepted the token"));
    private static final Runnable AWAY = throwing(HookRejection.unavailable("Grants are unavailable"));
    private static final Runnable LUMID_AWAY = throwing(HookRejection.unavailable("Identity provider unavailable"));
    private static final Runnable NO_GRANT =
            throwing(HookRejection.forbidden(Refusal.NO_GRANT, "read needs a READ grant"));
    private static final Runnable BROKEN = throwing(new IllegalStateException("broken"));

    private static final BiConsumer<AnswerChecker, Runnable> ALLOW =
            (judge, question) -> judge.expectAllowed("q", question);
    private static final BiConsumer<AnswerChecker, Runnable> STATUS =
            (judge, question) -> judge.expectDenied(403, "q", question);
    private static final BiConsumer<AnswerChecker, Runnable> RULE =
            (judge, question) -> judge.expectDenied(DenialRule.SCOPE_REQUIRED, "q", question);

    @Test
    void anAllowIsRightOnlyWhereOneIsExpected() {
        assertThat(counts(ALLOW, ALLOWED)).isEqualTo("denied 0, failed 0, wrong 0, wrongly allowed 0");
        assertThat(counts(STATUS, ALLOWED)).isEqualTo("denied 0, failed 0, wrong 1, wrongly allowed 1");
        assertThat(counts(RULE, ALLOWED)).isEqualTo("denied 0, failed 0, wrong 1, wrongly allowed 1");
    }

    @Test
    void aDenialIsRightOnlyWhereItsStatusIsExpected() {
        assertThat(counts(ALLOW, NO_SCOPE)).isEqualTo("denied 0, failed 0, wrong 1, wrongly allowed 0");
        assertThat(counts(STATUS, NO_SCOPE)).isEqualTo("denied 1, failed 0, wrong 0, wrongly allowed 0");
        assertThat(counts(STATUS, UNKNOWN)).isEqualTo("denied 0, failed 0, wrong 1, wrongly allowed 0");
    }

    @Test
    void aDenialByAnotherRuleThanTheOneExpectedIsWrong() {
        assertThat(counts(RULE, NO_SCOPE)).isEqualTo("denied 1, failed 0, wrong 0, wrongly allowed 0");
        assertThat(counts(RULE, ADMIN_ONLY)).isEqualTo("denied 0, failed 0, wrong 1, wrongly allowed 0");
        assertThat(counts(RULE, UNKNOWN)).isEqualTo("denied 0, failed 0, wrong 1, wrongly allowed 0");
    }

    @Test
    void theRightSentenceWithAnotherReasonIsWrong() {
        Runnable mislabelled = throwing(HookRejection.forbidden("write on any task requires scope w"));
        assertThat(counts(RULE, mislabelled)).isEqualTo("denied 0, failed 0, wrong 1, wrongly allowed 0");
    }

    @Test
    void whatIsNoAnswerIsAFailureWhateverWasExpected() {
        for (Runnable question : new Runnable[] {AWAY, BROKEN}) {
            assertThat(counts(ALLOW, question)).isEqualTo("denied 0, failed 1, wrong 0, wrongly allowed 0");
            assertThat(counts(STATUS, question)).isEqualTo("denied 0, failed 1, wrong 0, wrongly allowed 0");
            assertThat(counts(RULE, question)).isEqualTo("denied 0, failed 1, wrong 0, wrongly allowed 0");
        }
    }

    @Test
    void aSwapMayExcuseADenialAndNothingElse() {
        AnswerChecker judge = new AnswerChecker();
        judge.judge(AnswerChecker.ALLOWED, judge.ask(NO_SCOPE), true, "forgotten");
        judge.judge(AnswerChecker.ALLOWED, judge.ask(UNKNOWN), true, "unknown");
        judge.judge(AnswerChecker.ALLOWED, judge.ask(AWAY), true, "away");
        assertThat(judge.report().trouble())
                .containsExactly("unknown -> 401, expected 200", "away -> 503, expected 200");
    }

    @Test
    void whereBothAreRightAnotherDenialIsStillWrong() {
        AnswerChecker judge = new AnswerChecker();
        judge.judge(DenialRule.NO_GRANT, judge.ask(ALLOWED), true, "held");
        judge.judge(DenialRule.NO_GRANT, judge.ask(NO_GRANT), true, "missing");
        assertThat(judge.report().trouble()).isEmpty();
        judge.judge(DenialRule.NO_GRANT, judge.ask(UNKNOWN), true, "unknown");
        judge.judge(DenialRule.NO_GRANT, judge.ask(AWAY), true, "away");
        judge.judge(DenialRule.NO_GRANT, judge.ask(ALLOWED), false, "gone");
        assertThat(judge.report().trouble())
                .containsExactly(
                        "unknown -> 401, expected 403", "away -> 503, expected 403", "gone -> 200, expected 403");
        assertThat(judge.report().wrongAllows()).isEqualTo(1);
    }

    @Test
    void onlyLumidsOwnWordsMakeAnUnavailableRight() {
        AnswerChecker judge = new AnswerChecker();
        judge.judgeAway(judge.ask(LUMID_AWAY), "a token");
        assertThat(judge.report().away()).isEqualTo(1);
        assertThat(judge.report().trouble()).isEmpty();
        judge.judgeAway(judge.ask(AWAY), "a token");
        judge.judgeAway(judge.ask(UNKNOWN), "a token");
        judge.judgeAway(judge.ask(ALLOWED), "a token");
        Report report = judge.report();
        assertThat(report.away() + report.failed() + report.wrong()).isEqualTo(4);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.wrongAllows()).isEqualTo(1);
    }

    @Test
    void theReportSaysHowManyEachRuleDenied() {
        AnswerChecker judge = new AnswerChecker();
        for (int i = 0; i < 3; i++) {
            RULE.accept(judge, NO_SCOPE);
        }
        judge.expectDenied(DenialRule.ADMIN_ONLY, "q", ADMIN_ONLY);
        judge.expectDenied(DenialRule.UNKNOWN_TOKEN, "q", AWAY);
        judge.expectDenied(DenialRule.UNSUPPORTED, "q", ADMIN_ONLY);
        assertThat(judge.report().denialsByRule())
                .isEqualTo(Map.of(DenialRule.SCOPE_REQUIRED, 3L, DenialRule.ADMIN_ONLY, 1L));
        assertThat(judge.report().calls()).isEqualTo(6);
    }

    private static String counts(BiConsumer<AnswerChecker, Runnable> expectation, Runnable question) {
        AnswerChecker judge = new AnswerChecker();
        expectation.accept(judge, question);
        Report report = judge.report();
        assertThat(report.calls()).isEqualTo(1);
        assertThat(report.trouble().isEmpty()).isEqualTo(report.failed() + report.wrong() == 0);
        return "denied " + report.denials() + ", failed " + report.failed() + ", wrong " + report.wrong()
                + ", wrongly allowed " + report.wrongAllows();
    }

    private static Runnable throwing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }
}
