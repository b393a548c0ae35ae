package id.lum.itests;

import static java.util.stream.Collectors.toUnmodifiableMap;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.flowmesh.Worker;
import id.lum.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * Threads of FlowMesh that never pause, from the token to the usage row, and know every right answer: a wrong one is a
 * failure of the test, whatever was being reconfigured. Of lum.id's people ann can pay and ben cannot.
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
    private final AtomicLong tasks = new AtomicLong();
    private final Map<Leave, AtomicInteger> leaves;
    private final Pausable strangers = new Pausable();
    private final Pausable rows = new Pausable();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final LongAdder calls = new LongAdder();
    private final LongAdder denials = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final Queue<String> trouble = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** What they put up with while something is changed. */
    enum Leave {
        /** A grant may have been given in one file and be asked for in another: its owner may be denied. */
        OTHER_GRANTS,
        /** Nobody may be asked whether somebody can pay, and then who cannot is let through. */
        NO_GUARD,
        /** There may be no room for a row. It stays with its host, which tries again. */
        NO_ROOM
    }

    private FlowmeshCallers(FlowmeshHooks hooks, Set<String> organisations) {
        this.hooks = hooks;
        this.organisations = organisations;
        this.leaves =
                Stream.of(Leave.values()).collect(toUnmodifiableMap(leave -> leave, leave -> new AtomicInteger()));
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

    /** Meanwhile they put up with this. */
    <T> T during(Set<Leave> some, Callable<T> task) throws Exception {
        some.forEach(leave -> leaves.get(leave).incrementAndGet());
        try {
            return task.call();
        } finally {
            some.forEach(leave -> leaves.get(leave).incrementAndGet());
        }
    }

    /** Meanwhile nobody asks about a token that nobody issued, and so lum.id hears nothing from these callers. */
    <T> T withoutStrangers(Callable<T> task) throws Exception {
        return strangers.paused(task);
    }

    /** Meanwhile nobody emits a row. */
    <T> T withoutRows(Callable<T> task) throws Exception {
        return rows.paused(task);
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

    /** The rows that a sink has taken: cost by task. */
    Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    private void call() {
        Optional<UsageRow> kept = Optional.empty();
        while (!over) {
            // Who was authenticated under other settings than the guard has may pass it.
            int guarded = since(Leave.NO_GUARD);
            List<PrincipalContext> known = new ArrayList<>();
            for (String name : List.of("ann", "ben", "root")) {
                expect(ALLOWED, name + " is authenticated", () -> known.add(authenticated(name)));
            }
            strangers.unlessPaused(
                    () -> expect(401, "a token that nobody issued", () -> hooks.authenticate("nobody's")));
            expect(401, "an empty token", () -> hooks.authenticate(""));
            if (known.size() == 3) {
                own(known.get(0), known.get(1), known.get(2));
                expect(ALLOWED, "submits", () -> hooks.checkSubmission(known.get(0)));
                int submits = ends(() -> hooks.checkSubmission(known.get(1)));
                judge(submits, or(402, ALLOWED, Leave.NO_GUARD, guarded), "submits without money");
                UsageRow row = kept.orElseGet(this::worked);
                kept = Optional.of(row).filter(due -> !isTaken(due));
            }
        }
    }

    /** Of the next of a few, so that Runmesh is told of several at once. */
    private UsageRow worked() {
        long task = tasks.incrementAndGet();
        String payer = List.of("ann", "ben", "root").get((int) (task % 3));
        return FlowmeshTestSupport.row(payer, "round-" + task, "0." + (1_000_000 + task));
    }

    private boolean isTaken(UsageRow row) {
        rows.unlessPaused(() -> {
            int room = since(Leave.NO_ROOM);
            int status = ends(() -> hooks.emit(List.of(row)));
            judge(status, or(ALLOWED, 503, Leave.NO_ROOM, room), "is billed");
            if (status == ALLOWED) {
                acknowledged.put(row.taskId(), row.cost().toPlainString());
            }
        });
        return acknowledged.containsKey(row.taskId());
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
        int moved = since(Leave.OTHER_GRANTS);
        boolean registered = expect(ALLOWED, "registers", () -> hooks.register(owner, resource));
        int cancels = ends(() -> hooks.require(owner, ResourceKind.WORKFLOW, id, ResourceAction.CANCEL));
        int lists = ends(() -> requireListed(owner, id));
        // A call that failed may have been made or not, and then both answers are right.
        Set<Integer> right = registered ? or(ALLOWED, 403, Leave.OTHER_GRANTS, moved) : Set.of(ALLOWED, 403);
        judge(cancels, right, "cancels");
        judge(lists, right, "lists");
        expect(403, "reads, by a reader", () -> hooks.require(reader, ResourceKind.WORKFLOW, id, ResourceAction.READ));
        expect(403, "lists, by a reader", () -> requireListed(reader, id));
        expect(ALLOWED, "is admin", () -> hooks.require(admin, ResourceKind.WORKFLOW, id, ResourceAction.ADMIN));
        expect(ALLOWED, "is supplied", () -> {
            if (!hooks.supplierOf(WORKER).equals("acme")) {
                throw new WrongAnswer("another supplier");
            }
        });
        boolean gone = expect(ALLOWED, "deregisters", () -> hooks.deregister(owner, resource));
        int reads = ends(() -> hooks.require(owner, ResourceKind.WORKFLOW, id, ResourceAction.READ));
        judge(reads, gone ? Set.of(403) : Set.of(ALLOWED, 403), "reads what is gone");
    }

    private void requireListed(PrincipalContext principal, String id) {
        if (!hooks.accessibleIds(principal, ResourceKind.WORKFLOW, ResourceAction.READ)
                .contains(id)) {
            throw HookRejection.forbidden("Not listed.");
        }
    }

    private boolean expect(int expected, String what, Runnable question) {
        int status = ends(question);
        judge(status, Set.of(expected), what);
        return status == expected;
    }

    private int since(Leave leave) {
        return leaves.get(leave).get();
    }

    /** What is expected, or something else if there was leave for that at any time since. Odd is on leave. */
    private Set<Integer> or(int expected, int instead, Leave leave, int since) {
        return since % 2 != 0 || since != since(leave) ? Set.of(expected, instead) : Set.of(expected);
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

    private void judge(int status, Set<Integer> right, String what) {
        if (!right.contains(status)) {
            note(what + " -> " + status + ", expected " + right);
            (status >= 500 ? failed : wrong).increment();
        } else if (status != ALLOWED) {
            denials.increment();
        }
    }

    private void note(String what) {
        if (trouble.size() < TROUBLE_KEPT) {
            trouble.add(what);
        }
    }

    /** Something that several do, and that can be kept from being done for a while. */
    private static final class Pausable {
        private final ReentrantReadWriteLock doing = new ReentrantReadWriteLock();
        // Threads that come again and again would otherwise keep the lock among them.
        private volatile boolean paused;

        void unlessPaused(Runnable something) {
            if (!paused && doing.readLock().tryLock()) {
                try {
                    something.run();
                } finally {
                    doing.readLock().unlock();
                }
            }
        }

        <T> T paused(Callable<T> task) throws Exception {
            paused = true;
            doing.writeLock().lock();
            try {
                return task.call();
            } finally {
                doing.writeLock().unlock();
                paused = false;
            }
        }
    }

    private static final class WrongAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongAnswer(String what) {
            super(what);
        }
    }
}
