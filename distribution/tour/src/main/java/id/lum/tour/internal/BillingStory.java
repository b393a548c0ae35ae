package id.lum.tour.internal;

import static id.lum.tour.internal.PlayedLumid.BOB;
import static id.lum.tour.internal.PlayedLumid.CAROL;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.UsageRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** FlowMesh's work costs something, and Runmesh bills it: while it answers, while it is away, and after a kill. */
final class BillingStory {
    private static final String WAITING = "rows that wait";

    private final Narrator narrator;
    private final FlowmeshHooks hooks;
    private final PlayedRunmesh runmesh;
    private final Console console;

    BillingStory(Stage stage) {
        this.narrator = stage.narrator();
        this.hooks = stage.flowmesh();
        this.runmesh = stage.runmesh();
        this.console = stage.console();
    }

    void whileRunmeshAnswers() {
        narrator.scene("May they submit, and what did it cost? Runmesh knows who can pay, and bills it.");
        narrator.say("An operator sets billing.base.url in id.lum.flowmesh to a Runmesh on this machine.");
        runmesh.putInPlace();
        PrincipalContext bob = hooks.authenticate(BOB.token());
        PrincipalContext carol = hooks.authenticate(CAROL.token());
        String poor = "402 Insufficient balance ($0.003)."
                + " Top up at https://lum.id/app/billing before submitting workflows.";
        narrator.check("carol submits", poor, Patience.eventually(poor, () -> submits(carol)));
        narrator.expect("bob submits", "yes", () -> submits(bob));
        emitted(row("task-1", "1.25"), row("task-2", "0.50"));
        billed("bob task-1 $1.25, bob task-2 $0.50");
    }

    void whileRunmeshIsAway() {
        narrator.scene("Nobody answers at billing.base.url, and bob's work goes on.");
        narrator.expect("bob submits", "yes", () -> submits(hooks.authenticate(BOB.token())));
        emitted(row("task-3", "2.00"), row("task-4", "0.125"), row("task-5", "10"));
        waiting("3");
    }

    void afterTheKill() {
        narrator.scene("It is back. What was acknowledged is on the disk, and Runmesh is still away.");
        waiting("3");
        narrator.expect("Runmesh's ledger", "bob task-1 $1.25, bob task-2 $0.50", runmesh::ledger);
        narrator.say("Runmesh comes back. Nobody has seen bob's token since, and nobody needs to.");
        runmesh.putInPlace();
        billed("bob task-1 $1.25, bob task-2 $0.50, bob task-3 $2.00, bob task-4 $0.125, bob task-5 $10");
        narrator.expect("Its total", "$13.875", runmesh::total);
        waiting("0");
    }

    private String submits(PrincipalContext principal) {
        return Answers.of(() -> hooks.checkSubmission(principal));
    }

    private void emitted(UsageRow... rows) {
        narrator.expect(
                rows.length + " tasks of bob's ended, and their usage is emitted",
                "yes",
                () -> Answers.of(() -> hooks.emit(Arrays.asList(rows))));
    }

    private void billed(String ledger) {
        narrator.check("Runmesh's ledger", ledger, Patience.eventually(ledger, runmesh::ledger));
    }

    private void waiting(String rows) {
        narrator.check("Rows that wait, by flowmesh:outbox", rows, Patience.eventually(rows, this::waiting));
    }

    private String waiting() {
        return console.run("flowmesh:outbox").stream()
                .filter(line -> line.startsWith(WAITING))
                .findFirst()
                .map(line -> line.substring(WAITING.length()).strip().split(",")[0])
                .orElse("no answer");
    }

    private static UsageRow row(String task, String cost) {
        return new UsageRow(
                "lumid", "bob", Optional.empty(), Instant.now(), new BigDecimal(cost), task, 3600, 1.25, "DONE");
    }
}
