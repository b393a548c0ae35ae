package id.lum.fakes;

import id.lum.fakes.Attempt.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Runmesh for tests: a real HTTP/1.1 server on a loopback port, with balances, and a ledger that is idempotent on the
 * task id. It can be told what to answer, once or until told otherwise, for a task, a user or everybody.
 *
 * <p>It is strict: a request that is not as the protocol says is answered with 400, 404 or 405, is in
 * {@link #violations} and nowhere else. Next the secret is looked at; only then what it was told to answer.
 */
public final class FakeRunmesh extends FakeServer {
    /** Status 200, and a refusal all the same. */
    public static final Answer UNKNOWN_USER = Answer.json("{\"code\":500,\"msg\":\"unknown user\"}");

    /** Done. */
    public static final Answer OK = Answer.json("{\"code\":200,\"msg\":\"ok\"}");

    private static final String CHECK_BALANCE = "/billing/check-balance";
    private static final String ENTRY = "/billing/flowmesh-entry";

    private final Ledger ledger;
    private final Map<String, Answer> balances = new ConcurrentHashMap<>();
    private final Map<String, Script<Answer>> balancesOf = new ConcurrentHashMap<>();
    private final Script<Answer> everyBalance = new Script<>();
    private final Map<String, Script<ScriptedResult>> tasks = new ConcurrentHashMap<>();
    private final Map<String, Script<ScriptedResult>> users = new ConcurrentHashMap<>();
    private final Script<ScriptedResult> everyEntry = new Script<>();
    private volatile String secret;

    private FakeRunmesh(int port, String secret, Ledger ledger) throws IOException {
        super("Runmesh", port);
        this.secret = secret;
        this.ledger = ledger;
    }

    /** Starts one on a free port that demands this secret. */
    public static FakeRunmesh start(String secret) {
        return started(() -> new FakeRunmesh(0, secret, Ledger.inMemory()));
    }

    /**
     * Starts one that keeps its ledger in this file, and begins with what it finds there; nobody else may write to it.
     * An entry is in the file before its client has an answer. No e-mail address is.
     *
     * @param port the port, or 0 for a free one
     */
    public static FakeRunmesh startOn(int port, String secret, Path file) {
        return started(() -> {
            Ledger ledger = Ledger.in(file);
            try {
                return new FakeRunmesh(port, secret, ledger);
            } catch (IOException taken) {
                ledger.close();
                throw taken;
            }
        });
    }

    /** Demands this secret from now on. */
    public void secret(String changed) {
        secret = changed;
    }

    /** What is said of the balance of this address; one that nothing is known of is an {@link #UNKNOWN_USER}. */
    public FakeRunmesh balance(String email, boolean sufficient, String balance) {
        balances.put(
                email,
                Answer.json(
                        "{\"code\":200,\"data\":{\"sufficient\":" + sufficient + ",\"balance\":\"" + balance + "\"}}"));
        return this;
    }

    /** What is answered instead, when the balance of this address is asked for. */
    public Script<Answer> balanceOf(String email) {
        return balancesOf.computeIfAbsent(email, key -> new Script<>());
    }

    /** What is answered instead, when any balance is asked for and nothing is scripted for its address. */
    public Script<Answer> balances() {
        return everyBalance;
    }

    /** What becomes of entries for this task, instead of being accepted. */
    public Script<ScriptedResult> task(String taskId) {
        return tasks.computeIfAbsent(taskId, key -> new Script<>());
    }

    /** What becomes of entries for this user, if nothing is scripted for the task. */
    public Script<ScriptedResult> user(String userSub) {
        return users.computeIfAbsent(userSub, key -> new Script<>());
    }

    /** What becomes of entries for which nothing else is scripted. */
    public Script<ScriptedResult> entries() {
        return everyEntry;
    }

    /** What was accepted and what was tried; it may be read after closing. */
    public Ledger ledger() {
        return ledger;
    }

    /** The latest requests, oldest first. */
    public List<Received> latest() {
        return received().list();
    }

    public Received last() {
        return received().last();
    }

    @Override
    public void close() {
        super.close();
        try {
            ledger.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    Answer answer(Received request) throws IOException {
        return switch (request.path()) {
            case CHECK_BALANCE -> allowed(request, "POST") ? balance(request) : Answer.of(405, "");
            case ENTRY -> allowed(request, "POST") ? entry(request) : Answer.of(405, "");
            case ELSEWHERE -> followed(OK);
            default -> unknownPath();
        };
    }

    private Answer balance(Received request) throws ProtocolException {
        StrictJsonObject members = StrictJsonObject.of("check-balance", request.json(), "userEmail", "requiredAmount");
        String email = members.email("userEmail");
        members.decimal("requiredAmount");
        if (!knowsTheSecret(request)) {
            return unauthorized();
        }
        return balanceOf(email).take().or(everyBalance::take).orElse(balances.getOrDefault(email, UNKNOWN_USER));
    }

    private Answer entry(Received request) throws IOException {
        Entry entry = Entry.read(request.json());
        if (!knowsTheSecret(request)) {
            ledger.record(entry, Outcome.UNAUTHORIZED);
            return unauthorized();
        }
        ScriptedResult verdict = task(entry.taskId())
                .take()
                .or(user(entry.userSub())::take)
                .or(everyEntry::take)
                .orElse(ScriptedResult.accepting(OK));
        ledger.record(entry, verdict.accepts() ? Outcome.ACCEPTED : Outcome.REFUSED);
        return verdict.answer();
    }

    private boolean knowsTheSecret(Received request) {
        return request.header("x-bridge-secret").equals(Optional.of(secret));
    }

    private static Answer unauthorized() {
        return Answer.of(401, "{\"code\":401,\"msg\":\"unauthorized\"}");
    }
}
