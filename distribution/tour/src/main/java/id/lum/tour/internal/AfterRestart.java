package id.lum.tour.internal;

import static id.lum.tour.internal.PlayedLumid.BOB;
import static id.lum.tour.internal.PlayedLumid.CAROL;
import static id.lum.tour.internal.PlayedLumid.DORA;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.ResourceKind;
import java.util.List;

/**
 * The same container, ended and started again: what was granted before is still there, until FlowMesh says otherwise.
 */
final class AfterRestart implements Chapter {
    @Override
    public void tell(Stage stage) {
        Narrator narrator = stage.narrator();
        narrator.scene("It is back, with what its files say: lum.id is put in its place again.");
        stage.lumid().putInPlace(stage.flowmesh(), narrator);
        narrator.scene("What does it remember?");
        Questions ask = new Questions(stage.flowmesh());
        PrincipalContext bob = stage.flowmesh().authenticate(BOB.token());
        PrincipalContext carol = stage.flowmesh().authenticate(CAROL.token());
        PrincipalContext dora = stage.flowmesh().authenticate(DORA.token());
        narrator.expect("bob, its owner, reads wf-1", "200", () -> ask.reads(bob, "wf-1"));
        narrator.expect("carol, a stranger, reads wf-1", "403", () -> ask.reads(carol, "wf-1"));
        narrator.expect("dora, with whom it was shared, reads wf-1", "200", () -> ask.reads(dora, "wf-1"));
        narrator.expect("dora writes wf-1", "403", () -> ask.writes(dora, "wf-1"));
        narrator.expect("bob reads the result of task-1", "200", () -> ask.readsResult(bob, "task-1"));
        narrator.expect("bob lists his workflows", "[wf-1, wf-2]", () -> ask.lists(bob));
        reconcile(stage, ask, bob, dora);
        new BillingStory(stage).whileRunmeshIsAway();
    }

    @Override
    public boolean endsInAKill() {
        return true;
    }

    private static void reconcile(Stage stage, Questions ask, PrincipalContext bob, PrincipalContext dora) {
        Narrator narrator = stage.narrator();
        narrator.scene("FlowMesh lists what it still has, wf-1 and task-1; wf-2 went while nobody looked.");
        narrator.expect(
                "wf-3, made since the start, is registered for bob",
                "yes",
                () -> Answers.of(() -> stage.flowmesh().register(bob, workflow("wf-3"))));
        narrator.expect(
                "what is live is reconciled, without wf-3",
                "yes",
                () -> Answers.of(() -> {
                    stage.flowmesh()
                            .reconcile(List.of(workflow("wf-1"), ResourceRef.of(ResourceKind.TASK.id(), "task-1")));
                }));
        narrator.expect("bob reads wf-2, which was not listed", "403", () -> ask.reads(bob, "wf-2"));
        narrator.expect("bob reads wf-3, which is of this session", "200", () -> ask.reads(bob, "wf-3"));
        narrator.expect("bob reads wf-1", "200", () -> ask.reads(bob, "wf-1"));
        narrator.expect("dora reads wf-1", "200", () -> ask.reads(dora, "wf-1"));
        narrator.expect("bob lists his workflows", "[wf-1, wf-3]", () -> ask.lists(bob));
    }

    private static ResourceRef workflow(String id) {
        return ResourceRef.of(ResourceKind.WORKFLOW.id(), id);
    }
}
