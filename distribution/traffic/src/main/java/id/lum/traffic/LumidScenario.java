package id.lum.traffic;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One caller of a host by lum.id. Every round asks by each rule of the policy. In every file of grants one resource is
 * registered once and stays; another lives for a round, or now and then stays unasked, to be looked for at the end.
 */
final class LumidScenario implements Runnable {
    /** Of so many resources one stays: what is listed grows with each. */
    private static final int ONE_STAYS_OF = 50;

    /**
     * A host, and what its policy says.
     *
     * @param kind what the owner may create
     * @param closed a kind which only an administrator may create
     * @param more what else is asked there in each round, of principals of this host
     */
    record Host(
            HostHooks<?> hooks,
            ExpectedState world,
            String kind,
            String closed,
            Consumer<List<PrincipalContext>> more) {}

    private final HostHooks<?> hooks;
    private final Host host;
    private final LumidScript script;
    private final AnswerChecker judge;
    private final ExpectedGrants holdings;
    private final Supplier<String> ids;
    private final Map<String, String> keptByFile = new HashMap<>();
    private int rounds;

    /** @param ids of resources, each of them once */
    LumidScenario(Host host, LumidScript script, AnswerChecker judge, ExpectedGrants holdings, Supplier<String> ids) {
        this.hooks = host.hooks();
        this.host = host;
        this.script = script;
        this.judge = judge;
        this.holdings = holdings;
        this.ids = ids;
    }

    @Override
    public void run() {
        rounds++;
        Optional<PrincipalContext> owner = authenticated(script.owner());
        Optional<PrincipalContext> reader = authenticated(script.reader());
        Optional<PrincipalContext> admin = authenticated(script.admin());
        unknown();
        denied(DenialRule.UNKNOWN_TOKEN, "an empty token", () -> hooks.authenticate(""));
        if (owner.isPresent() && reader.isPresent() && admin.isPresent()) {
            create(owner.get(), reader.get());
            keep(owner.get(), reader.get(), admin.get());
            use(owner.get());
            host.more().accept(List.of(owner.get(), reader.get(), admin.get()));
        }
    }

    private Optional<PrincipalContext> authenticated(LumidScript.Account account) {
        AtomicReference<Optional<PrincipalContext>> known = new AtomicReference<>(Optional.empty());
        judge.expectAllowed(
                account + " is authenticated", () -> known.set(Optional.of(hooks.authenticate(account.token()))));
        Optional<PrincipalContext> right =
                known.get().filter(principal -> principal.principalId().equals(account.principalId()));
        if (known.get().isPresent() && right.isEmpty()) {
            judge.wrong(account + " is taken for " + known.get().get().principalId());
        }
        return right;
    }

    /** lum.id is asked each time: what it does not know is never remembered. */
    private void unknown() {
        String what = "a token nobody issued";
        int begun = host.world().now();
        AnswerChecker.Answer answer = judge.ask(() -> hooks.authenticate("traffic-nobody"));
        boolean mayBeAway = host.world().mayBeAwaySince(begun);
        if (mayBeAway && (answer.saysLumidIsAway() || !host.world().mayBeThereSince(begun))) {
            judge.judgeAway(answer, what);
        } else {
            judge.judge(DenialRule.UNKNOWN_TOKEN, answer, false, what);
        }
    }

    private void create(PrincipalContext owner, PrincipalContext reader) {
        judge.expectAllowed("the owner submits", () -> hooks.checkSubmission(owner));
        judge.expectAllowed("the owner creates", () -> require(owner, ResourceRef.kindLevel(host.kind()), "write"));
        denied(
                DenialRule.SCOPE_REQUIRED,
                "the reader creates",
                () -> require(reader, ResourceRef.kindLevel(host.kind()), "write"));
        denied(
                DenialRule.ADMIN_ONLY,
                "the owner creates what is closed",
                () -> require(owner, ResourceRef.kindLevel(host.closed()), "write"));
        denied(
                DenialRule.UNSUPPORTED,
                "the owner creates what there is not",
                () -> require(owner, ResourceRef.kindLevel("traffic"), "write"));
    }

    /** What was registered once, before any swap, is the owner's in every round in which its file is in force. */
    private void keep(PrincipalContext owner, PrincipalContext reader, PrincipalContext admin) {
        Set<String> files = host.world().filesSince(host.world().now());
        if (files.size() == 1 && !keptByFile.containsKey(files.iterator().next())) {
            String id = registered(owner);
            if (holdings.of(id).isSurelyIn(files.iterator().next())) {
                keptByFile.put(files.iterator().next(), id);
            }
        }
        for (String kept : keptByFile.values()) {
            ResourceRef resource = resource(kept);
            owned("the owner reads", kept, () -> require(owner, resource, "read"));
            owned("the owner lists", kept, () -> requireListed(owner, kept));
            denied(DenialRule.ADMIN_ONLY, "the owner administers", () -> require(owner, resource, "admin"));
            denied(
                    DenialRule.UNSUPPORTED,
                    "the owner does what there is not",
                    () -> require(owner, resource, "traffic"));
            denied(DenialRule.NO_GRANT, "the reader reads", () -> require(reader, resource, "read"));
            denied(DenialRule.NO_GRANT, "the reader lists", () -> requireListed(reader, kept));
            judge.expectAllowed("the admin administers", () -> require(admin, resource, "admin"));
        }
    }

    private void use(PrincipalContext owner) {
        String id = registered(owner);
        owned("the owner cancels", id, () -> require(owner, resource(id), "cancel"));
        if (rounds % ONE_STAYS_OF == 0) {
            return;
        }
        int begun = host.world().now();
        boolean made = judge.expectAllowed("the owner deregisters", () -> hooks.deregister(owner, resource(id)));
        Set<String> files = host.world().filesSince(begun);
        if (made) {
            holdings.of(id).deregistered(files);
        } else {
            holdings.of(id).unknown(files);
        }
        owned("the owner reads what is gone", id, () -> require(owner, resource(id), "read"));
        holdings.forgetIfNowhere(id);
    }

    private String registered(PrincipalContext owner) {
        String id = ids.get();
        int begun = host.world().now();
        boolean made = judge.expectAllowed("the owner registers", () -> hooks.register(owner, resource(id)));
        Set<String> files = host.world().filesSince(begun);
        if (made) {
            holdings.of(id).registered(files);
        } else {
            holdings.of(id).unknown(files);
        }
        return id;
    }

    /** Allowed while a file is in force in which it is the owner's, and denied while another is. */
    private void owned(String what, String id, Runnable question) {
        int begun = host.world().now();
        AnswerChecker.Answer answer = judge.ask(question);
        Set<String> files = host.world().filesSince(begun);
        GrantLocations whereabouts = holdings.of(id);
        if (whereabouts.mayBeMissingFrom(files)) {
            judge.judge(DenialRule.NO_GRANT, answer, whereabouts.mayBeIn(files), what);
        } else {
            judge.judge(AnswerChecker.ALLOWED, answer, false, what);
        }
    }

    private void denied(DenialRule rule, String what, Runnable question) {
        judge.expectDenied(rule, what, question);
    }

    private void require(PrincipalContext principal, ResourceRef resource, String action) {
        hooks.require(principal, resource, action);
    }

    private void requireListed(PrincipalContext principal, String id) {
        if (!hooks.accessibleIds(principal, host.kind(), "read").contains(id)) {
            throw HookRejection.forbidden(Refusal.NO_GRANT, "No grant lists it.");
        }
    }

    private ResourceRef resource(String id) {
        return ResourceRef.of(host.kind(), id);
    }
}
