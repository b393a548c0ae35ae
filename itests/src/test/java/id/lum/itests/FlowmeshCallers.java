package id.lum.itests;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.flowmesh.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Threads of FlowMesh that never pause, from the token to the accessible ids, and know every right answer: a wrong one
 * is a failure of the test, whatever was being reconfigured.
 */
final class FlowmeshCallers {
    private static final int THREADS = 4;
    private static final int TROUBLE_KEPT = 20;
    private static final int ALLOWED = 200;
    private static final Worker WORKER = new Worker("w", "", "acme", "", List.of(), Map.of());

    private final FlowmeshHooks hooks;
    private final Set<String> organisations;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong resources = new AtomicLong();
    // Odd while grants may move to another file.
    private final AtomicInteger moves = new AtomicInteger();
    // Read by whoever asks about a token that nobody issued.
    private final ReentrantReadWriteLock strangers = new ReentrantReadWriteLock();
    private volatile boolean strangersAway;
    private final LongAdder calls = new LongAdder();
    private final LongAdder denials = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final Queue<String> trouble = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    private FlowmeshCallers(FlowmeshHooks hooks, Set<String> organisations) {
        this.hooks = hooks;
        this.organisations = organisations;
    }

    /** @param organisations what a principal may be given as its organisation while they call */
    static FlowmeshCallers start(FlowmeshHooks hooks, Set<String> organisations) {
        FlowmeshCallers callers = new FlowmeshCallers(hooks, organisations);
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(callers::call, "caller-" + i);
            thread.setDaemon(true);
            callers.threads.add(thread);
            thread.start();
        }
        return callers;
    }

    /** Returns when each of them has, on average, begun and ended a round of calls since. */
    void flow() throws Exception {
        long target = calls.sum() + 20L * THREADS;
        Await.until("the callers have made more calls", () -> calls.sum() >= target);
    }

    /** Meanwhile a grant may have been given in one file and be asked for in another: its owner may then be denied. */
    <T> T moving(Callable<T> move) throws Exception {
        moves.incrementAndGet();
        try {
            return move.call();
        } finally {
            moves.incrementAndGet();
        }
    }

    /** Meanwhile nobody asks about a token that nobody issued, and so lum.id hears nothing from these callers. */
    <T> T withoutStrangers(Callable<T> task) throws Exception {
        strangersAway = true;
        strangers.writeLock().lock();
        try {
            return task.call();
        } finally {
            strangers.writeLock().unlock();
            strangersAway = false;
        }
    }

    /** Ends them, and returns what went wrong, in words: nothing, if it is empty. */
    List<String> stop() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join(Await.BOUND.toMillis());
            if (thread.isAlive()) {
                failed.increment();
                note(thread.getName() + " did not come back");
            }
        }
        return List.copyOf(trouble);
    }

    long failed() {
        return failed.sum();
    }

    long wrong() {
        return wrong.sum();
    }

    long denials() {
        return denials.sum();
    }

    long calls() {
        return calls.sum();
    }

    private void call() {
        while (!over) {
            List<PrincipalContext> known = new ArrayList<>();
            for (String name : List.of("ann", "ben", "root")) {
                expect(ALLOWED, name + " is authenticated", () -> known.add(authenticated(name)));
            }
            if (!strangersAway && strangers.readLock().tryLock()) {
                try {
                    expect(401, "a token that nobody issued", () -> hooks.authenticate("nobody's"));
                } finally {
                    strangers.readLock().unlock();
                }
            }
            expect(401, "an empty token", () -> hooks.authenticate(""));
            if (known.size() == 3) {
                own(known.get(0), known.get(1), known.get(2));
            }
        }
    }

    private PrincipalContext authenticated(String name) {
        PrincipalContext principal = hooks.authenticate(name + "-token");
        if (!principal.principalId().equals(name) || !organisations.contains(principal.orgId())) {
            throw new WrongAnswer(name + " is taken for " + principal);
        }
        return principal;
    }

    private void own(PrincipalContext owner, PrincipalContext reader, PrincipalContext admin) {
        String id = "round-" + resources.incrementAndGet();
        ResourceRef resource = ResourceRef.of("workflow", id);
        expect(ALLOWED, "creates", () -> hooks.require(owner, ResourceKind.WORKFLOW, ResourceAction.WRITE));
        expect(403, "creates, by a reader", () -> hooks.require(reader, ResourceKind.WORKFLOW, ResourceAction.WRITE));
        int before = moves.get();
        expect(ALLOWED, "registers", () -> hooks.register(owner, resource));
        int cancels = ends(() -> hooks.require(owner, ResourceKind.WORKFLOW, id, ResourceAction.CANCEL));
        int lists = ends(() -> requireListed(owner, id));
        boolean moved = before % 2 != 0 || before != moves.get();
        judge(cancels, ALLOWED, moved, "cancels");
        judge(lists, ALLOWED, moved, "lists");
        expect(403, "reads, by a reader", () -> hooks.require(reader, ResourceKind.WORKFLOW, id, ResourceAction.READ));
        expect(403, "lists, by a reader", () -> requireListed(reader, id));
        expect(ALLOWED, "is admin", () -> hooks.require(admin, ResourceKind.WORKFLOW, id, ResourceAction.ADMIN));
        expect(ALLOWED, "is supplied", () -> {
            if (!hooks.supplierOf(WORKER).equals("acme")) {
                throw new WrongAnswer("another supplier");
            }
        });
        expect(ALLOWED, "deregisters", () -> hooks.deregister(owner, resource));
        expect(403, "reads what is gone", () -> hooks.require(owner, ResourceKind.WORKFLOW, id, ResourceAction.READ));
    }

    private void requireListed(PrincipalContext principal, String id) {
        if (!hooks.accessibleIds(principal, ResourceKind.WORKFLOW, ResourceAction.READ)
                .contains(id)) {
            throw HookRejection.forbidden("Not listed.");
        }
    }

    private void expect(int expected, String what, Runnable question) {
        judge(ends(question), expected, false, what);
    }

    /** The status; 0 for an answer of the right kind with the wrong content, 500 for what is no answer at all. */
    private int ends(Runnable question) {
        try {
            question.run();
            return ALLOWED;
        } catch (HookRejection rejection) {
            return rejection.status();
        } catch (WrongAnswer other) {
            note(other.getMessage());
            return 0;
        } catch (RuntimeException unexpected) {
            note(unexpected.toString());
            return 500;
        } finally {
            calls.increment();
        }
    }

    private void judge(int status, int expected, boolean mayBeDenied, String what) {
        if (status == 403 && mayBeDenied) {
            denials.increment();
        } else if (status != expected) {
            note(what + " -> " + status + ", expected " + expected);
            (status >= 500 ? failed : wrong).increment();
        } else if (expected != ALLOWED) {
            denials.increment();
        }
    }

    private void note(String what) {
        if (trouble.size() < TROUBLE_KEPT) {
            trouble.add(what);
        }
    }

    private static final class WrongAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongAnswer(String what) {
            super(what);
        }
    }
}
