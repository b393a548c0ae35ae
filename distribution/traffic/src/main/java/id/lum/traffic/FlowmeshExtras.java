package id.lum.traffic;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.flowmesh.Worker;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What FlowMesh alone asks: who supplied a worker, and, where there is billing, that usage is taken over and that the
 * reader, whose balance does not suffice, may not submit: neither as authenticated a moment ago, nor as authenticated
 * before every swap.
 */
final class FlowmeshExtras implements Consumer<List<PrincipalContext>> {
    private static final Worker WORKER = new Worker("traffic-worker", "", "acme", "", List.of(), Map.of());

    private final FlowmeshHooks hooks;
    private final ExpectedState world;
    private final AnswerChecker judge;
    private final Supplier<String> ids;
    private final boolean billed;
    private final Map<String, String> acknowledged;
    private final AtomicReference<PrincipalContext> firstReader = new AtomicReference<>();

    /** @param acknowledged where tasks are kept whose usage was taken over, with what they cost */
    FlowmeshExtras(
            FlowmeshHooks hooks,
            ExpectedState world,
            AnswerChecker judge,
            Supplier<String> ids,
            boolean billed,
            Map<String, String> acknowledged) {
        this.hooks = hooks;
        this.world = world;
        this.judge = judge;
        this.ids = ids;
        this.billed = billed;
        this.acknowledged = acknowledged;
    }

    @Override
    public void accept(List<PrincipalContext> principals) {
        judge.expectAllowed("a worker is supplied", () -> {
            if (!hooks.supplierOf(WORKER).equals("acme")) {
                judge.wrong("another supplier");
            }
        });
        if (billed) {
            String task = ids.get();
            int number = task.hashCode() & Integer.MAX_VALUE;
            emit(principals.get(number % principals.size()), task, "0.0" + number);
            PrincipalContext reader = principals.get(1);
            firstReader.compareAndSet(null, reader);
            submitWithoutMoney("the reader submits without money", reader);
            submitWithoutMoney("the reader of before submits without money", firstReader.get());
        }
    }

    private void submitWithoutMoney(String what, PrincipalContext principal) {
        int begun = world.runmeshNow();
        AnswerChecker.Answer answer = judge.ask(() -> hooks.checkSubmission(principal));
        if (answer.status() != AnswerChecker.ALLOWED || !world.runmeshMayBeAwaySince(begun)) {
            judge.judge(402, answer, false, what);
        }
    }

    private void emit(PrincipalContext payer, String task, String cost) {
        UsageRow row = new UsageRow(
                payer.orgId(),
                payer.principalId(),
                Optional.of("acme"),
                Instant.now(),
                new BigDecimal(cost),
                task,
                61.9,
                2.5,
                "DONE");
        judge.expectAllowed("usage is taken over", () -> {
            hooks.emit(List.of(row));
            acknowledged.put(task, cost);
        });
    }
}
