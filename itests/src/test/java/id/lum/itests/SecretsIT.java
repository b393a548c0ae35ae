package id.lum.itests;

import static java.util.stream.Collectors.joining;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.fakes.FakeOptimizer;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.ScriptedResult;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.OptimizerHandle;
import id.lum.hooks.lumilake.Schedule;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.LoggerFactory;

/**
 * A whole run of the shipped container, with every log at TRACE, and then a search for each secret and e-mail address
 * that was in it, wherever an operator or a stranger may look. In each of those places a canary is planted first, which
 * the same search must find.
 *
 * <p>Two loggers are not ours to answer for, and are kept apart: at DEBUG the configuration service prints every value
 * that it is given, and Java's HTTP client quotes what a server answers, be it the token. What is shipped keeps them at
 * INFO, also where an operator lowers the root; here they are let loose into a file of their own, to show what an
 * operator gets who lowers those too.
 */
public class SecretsIT extends FlowmeshTestSupport {
    private static final String LUMILAKE = "id.lum.lumilake";

    /** What ends only by our timeout. */
    private static final Set<Mode> ENDLESS = EnumSet.of(Mode.SLOW, Mode.SILENT, Mode.DRIPPING_BODY, Mode.DRIPPING_HEAD);

    /** The loggers that what is shipped keeps at INFO. */
    private static final List<String> LOOSE = List.of("org.apache.felix.configadmin");

    private static final String APPENDER = """
              <appender name="loose" class="ch.qos.logback.core.FileAppender">
                <file>${lumid.data}/log/loose.log</file>
                <encoder>
                  <pattern>%-5level %logger - %msg%n</pattern>
                </encoder>
              </appender>
            """;

    /** Every command of ours, at least once; $ann is signed in from a file. */
    private static final List<String> COMMANDS = List.of(
            "hooks:list",
            "hooks:list flowmesh",
            "hooks:check flowmesh $ann",
            "hooks:register flowmesh $ann workflow wf-typed",
            "hooks:require flowmesh $ann workflow wf-typed read",
            "hooks:requirekind flowmesh $ann workflow admin",
            "hooks:ids flowmesh $ann workflow read",
            "hooks:emit flowmesh $ann task-1 1.25",
            "hooks:emit lumilake $ann job-1",
            "lumid:grants flowmesh",
            "lumid:grants flowmesh ann",
            "lumid:grants flowmesh workflow wf-typed",
            "lumid:share flowmesh workflow wf-typed ben read",
            "lumid:explain flowmesh $ann write workflow wf-typed",
            "lumid:explain flowmesh $ann write workflow",
            "lumid:revoke flowmesh workflow wf-typed ben",
            "lumid:store flowmesh",
            "lumid:store nonsense",
            "lumid:grantcacheclear flowmesh",
            "lumid:introspection",
            "lumid:introspectioncacheclear",
            "lumid:canary",
            "lumid:optimizers",
            "lumid:refresh",
            "flowmesh:outbox",
            "flowmesh:deadletters",
            "flowmesh:retry 77",
            "flowmesh:retry nonsense",
            "flowmesh:waiting",
            "flowmesh:flush",
            "flowmesh:discard 77",
            "flowmesh:discard nonsense",
            "demo:ledger lumilake",
            "demo:owners lumilake",
            "hooks:deregister flowmesh $ann workflow wf-typed",
            "hooks:remove flowmesh canary");

    /** By what each part of the run is known to have taken place. */
    private static final Map<String, List<String>> HAPPENED = Map.of(
            "command",
            List.of(
                    "principal ann (org lumid",
                    "principal tim (org lumid",
                    "401 No identity provider accepted the token",
                    "allowed, GRANT: WRITE grant on workflow wf-typed",
                    "workflow wf-typed: ann WRITE",
                    "answers in the cache",
                    "answers cleared",
                    "on offer     Greedy, by",
                    "last failure status 500",
                    "open: Runmesh is asked again at",
                    "closed: rows are delivered to",
                    "last trouble                  status 401, body: ",
                    "last trouble                  status 302, body: ",
                    "last trouble                  connection closed or reset: ",
                    "last trouble                  malformed answer: ",
                    "Runmesh refused it for good: status 400, body: ",
                    "1 to be delivered again",
                    "discarded",
                    "there is no such dead letter",
                    "ID must be the number of a dead letter"),
            "exception",
            List.of("Insufficient balance ($0.003)", "ID must be the number of a dead letter"),
            "file",
            List.of("Runmesh refused it for good: status 400, body: "),
            "log",
            List.of(
                    "status 307, body: ",
                    "status 500, body: <token>",
                    "no complete answer within 400 ms",
                    "the answer is longer than 65536 bytes",
                    "the answer is not JSON",
                    "expired at 1970",
                    "does not say whose it is",
                    "sub is not text",
                    "gives no usable answer: status 500, body: ",
                    "Runmesh answers again",
                    "is set aside: Runmesh refused it for good: status 400, body: ",
                    "Runmesh refuses the usage row of task refused of rita",
                    "Submissions are let through without a look at the balance: status ",
                    "gave no plan: status 500",
                    "cannot be had: status 401"),
            "service",
            List.of("introspection, "));

    private final Secrets secrets = new Secrets();
    private final Secrets canaries = new Secrets();
    /** What was seen, by the place where it was. */
    private final Map<String, StringBuilder> seen = new TreeMap<>();

    // One line for each; nothing else is needed to have one searched for.
    private final String clientSecret = secrets.invent("client secret", "*/*+*:*");
    private final String laterSecret = secrets.invent("client secret with a line end", "*=*%*");
    private final String annToken = secrets.invent("token of an owner", "lm_pat_*/*+*=");
    private final String benToken = secrets.invent("token of a reader", "eyJ*.*.*");
    private final String typedToken = secrets.invent("token typed at the prompt", "*~*");
    private final String lostToken = secrets.invent("token that failed", "*/*.*");
    private final String demoToken = secrets.invent("token of the demo", "*-*");
    private final String waitingToken = secrets.invent("token of who waits", "*.*");
    // The comma keeps it from being masked as any long word is.
    private final String bridgeSecret = secrets.invent("bridge secret", "*/*,*=");
    private final String laterBridge = secrets.invent("bridge secret with a line end", "*=*%*");
    private final String runtimeToken = secrets.invent("runtime token", "*/*.*");
    private final String annEmail = secrets.invent("e-mail of an owner", "*.*@*.example");
    private final String benEmail = secrets.invent("e-mail of a reader", "*+*@*.example");

    /** It is in the outbox, which proves that one would be found there, and nowhere else. */
    private final String waitingEmail = canaries.invent("e-mail of who waits", "*.*@*.example");

    private FakeRunmesh runmesh;
    private FakeOptimizer optimizer;

    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        Path logging = folder.home().resolve("conf/logback.xml");
        try {
            String text = Files.readString(logging);
            text = replaced(text, "<root level=\"INFO\">", "<root level=\"TRACE\">");
            text = replaced(text, "%logger{30}", "%logger");
            text = replaced(text, "<configuration>", "<configuration>" + APPENDER);
            for (String logger : LOOSE) {
                text = replaced(
                        text,
                        "<logger name=\"" + logger + "\" level=\"INFO\"/>",
                        "<logger name=\"" + logger + "\" level=\"TRACE\" additivity=\"false\">"
                                + "<appender-ref ref=\"loose\"/></logger>");
            }
            Files.writeString(logging, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return super.shipped(folder);
    }

    private static String replaced(String text, String shipped, String instead) {
        if (!text.contains(shipped)) {
            throw new IllegalStateException("What is shipped has no " + shipped);
        }
        return text.replace(shipped, instead);
    }

    @Before
    public void startTheFakes() {
        runmesh =
                FakeRunmesh.start(bridgeSecret).balance(annEmail, true, "12.50").balance(benEmail, false, "0.003");
        optimizer = FakeOptimizer.start("Greedy");
        optimizer.demandForCatalog(runtimeToken);
    }

    @After
    public void stopTheFakes() {
        runmesh.close();
        optimizer.close();
    }

    @Test
    public void noSecretAndNoAddressIsAnywhereAndACanaryInEachPlaceIsFound() throws Exception {
        Path tokens = Files.createTempDirectory("tokens");
        Map<String, String> planted = new LinkedHashMap<>();
        List<ServiceRegistration<?>> registrations = new ArrayList<>();
        try {
            plant(planted, registrations);
            look();
            signInAndWork();
            bill();
            plan();
            type(tokens);
            fail();
            refuse(tokens);
            look();
        } finally {
            System.clearProperty("id.lum.canary");
            registrations.forEach(ServiceRegistration::unregister);
            ShippedFolder.delete(tokens);
        }
        stopAndReadFiles();

        // A run in which nothing happens keeps every secret.
        HAPPENED.forEach((place, texts) -> texts.forEach(
                text -> assertTrue(text + " in " + place, seen.get(place).indexOf(text) >= 0)));
        Set<String> found = new TreeSet<>();
        seen.forEach(
                (place, text) -> canaries.foundIn(text.toString()).forEach(name -> found.add(name + " in " + place)));
        planted.forEach((place, name) -> assertTrue(name + ": " + found, found.contains(name + " in " + place)));
        assertEquals("no place without a canary", planted.keySet(), seen.keySet());
        assertEquals(
                "an address is where its row waits",
                List.of("e-mail of who waits in file"),
                found.stream().filter(name -> name.startsWith("e-mail")).toList());
        assertEquals(List.of(), runmesh.violations());
        assertEquals(List.of(), optimizer.violations());
        assertEquals(List.of(), leaks());
        showWhatIsNotOurs();
    }

    // Canaries

    private void plant(Map<String, String> planted, List<ServiceRegistration<?>> registrations) throws IOException {
        String logged = canary(planted, "log", "Bearer *");
        LoggerFactory.getLogger("id.lum.itests.canary").trace("planted {}", logged);
        String answered = canary(planted, "answer", "*");
        call(() -> Optional.of(answered));
        Files.writeString(data().resolve("lumid/canary"), canary(planted, "file", "*"));
        System.setProperty("id.lum.canary", canary(planted, "JVM", "*"));
        String thrown = URLEncoder.encode(canary(planted, "exception", "/*/+"), StandardCharsets.UTF_8);
        SubmissionGuard guard = principal -> {
            HookRejection rejection = HookRejection.forbidden("Not with a canary.");
            rejection.addSuppressed(new IllegalStateException("outer", new IllegalStateException(thrown)));
            throw rejection;
        };
        registrations.add(container.registerService(
                SubmissionGuard.class, guard, new Hashtable<>(Map.of(Hook.HOST, "flowmesh", Hook.NAME, "canary"))));
        byte[] property = canary(planted, "service property", "*").getBytes(StandardCharsets.UTF_8);
        registrations.add(container.registerService(
                CanaryCommand.class,
                new CanaryCommand(canary(planted, "service", "*"), canary(planted, "command", "*")),
                new Hashtable<>(Map.of(
                        "osgi.command.scope",
                        "lumid",
                        "osgi.command.function",
                        new String[] {"canary"},
                        "canary",
                        List.of(Base64.getEncoder().encodeToString(property))))));
        try {
            hooks.checkSubmission(new PrincipalContext("ann", "lumid", "ann", "user", List.of()));
        } catch (HookRejection rejected) {
            see(rejected);
        }
        registrations.remove(0).unregister();
    }

    private String canary(Map<String, String> planted, String place, String form) {
        String name = "canary of the " + place;
        planted.put(place, name);
        return canaries.invent(name, form);
    }

    /** A command of somebody's, and a service that says more of itself than it should. */
    public static final class CanaryCommand {
        private final String description;
        private final String answer;

        CanaryCommand(String description, String answer) {
            this.description = description;
            this.answer = answer;
        }

        public String canary() {
            return answer;
        }

        @Override
        public String toString() {
            return description;
        }
    }

    // The run

    private void signInAndWork() throws Exception {
        issue(lumid);
        set(CORE, secured(Map.of()));
        Await.until("the client authenticates", () -> {
            call(() -> hooks.authenticate("nobody's"));
            return lumid.last().headers().containsKey("authorization");
        });
        PrincipalContext ann = hooks.authenticate(annToken);
        PrincipalContext ben = hooks.authenticate(benToken);
        call(() -> ann);
        call(() -> ben);
        ResourceRef workflow = ResourceRef.of("workflow", "wf-1");
        hooks.register(ann, workflow);
        call(() -> hooks.accessibleIds(ann, ResourceKind.WORKFLOW, ResourceAction.READ));
        refused(() -> hooks.require(ben, workflow, "read"), 403);
        refused(() -> hooks.require(ben, ResourceRef.of("workflow", "\u00fc\n\ud800"), "read"), 403);
        refused(() -> hooks.register(ben, ResourceRef.of("workflow", "\ud800")), 403);
        hooks.reconcile(List.of(workflow));
        refused(() -> hooks.authenticate(secrets.invent("unknown token", "lm_pat_*.*")), 401);
        refused(() -> hooks.authenticate(secrets.invent("token with a line end", "*\n*")), 401);
        refused(() -> hooks.authenticate(secrets.invent("token with an umlaut", "*\u00e4*")), 401);
        refused(() -> hooks.authenticate(secrets.invent("endless token", "*" + "a".repeat(9000) + "*")), 401);
        for (String odd : List.of(
                "{\"active\":true,\"sub\":\"carl\",\"exp\":1,\"email\":\"" + annEmail + "\"}",
                "{\"active\":true,\"email\":\"" + annEmail + "\"}",
                "{\"active\":false,\"reason\":\"" + annEmail + "\"}")) {
            String token = secrets.invent("token with an odd answer", "*_*");
            lumid.knows(token, odd);
            refused(() -> hooks.authenticate(token), 401);
        }
        String malformed = secrets.invent("token with a malformed answer", "*_*");
        lumid.knows(malformed, "{\"active\":true,\"sub\":[\"" + annEmail + "\"]}");
        refused(() -> hooks.authenticate(malformed), 503);
    }

    private void issue(FakeLumid lumid) {
        lumid.issue(annToken, "ann", annEmail, "flowmesh:workflows:read", "flowmesh:workflows:write");
        lumid.issue(benToken, "ben", benEmail, "flowmesh:workflows:read");
        lumid.issue(typedToken, "tim", annEmail);
        lumid.issue(waitingToken, "rita", waitingEmail);
    }

    private Map<String, String> secured(Map<String, String> but) {
        return core(with(Map.of("client.id", "hooks", ".client.secret", clientSecret), but));
    }

    private Map<String, String> charged(Map<String, String> but) {
        return billed(runmesh, bridgeSecret, with(Map.of("balance.guard", "on"), but));
    }

    /** Every way in which Runmesh can refuse or fail, quoting what it was given, and then all is well again. */
    private void bill() throws Exception {
        set(FLOWMESH, charged(Map.of()));
        awaitBillingHooks("usage", "guard");
        PrincipalContext ann = hooks.authenticate(annToken);
        PrincipalContext ben = hooks.authenticate(benToken);
        for (String token : List.of(typedToken, waitingToken)) {
            hooks.authenticate(token);
        }
        call(() -> submitted(ann));
        refused(() -> hooks.checkSubmission(ben), 402);
        emit("ann", "paid-1");
        emit("ben", "paid-2");
        awaitBilled("paid-1", "paid-2");

        String echo = echoOf(bridgeSecret, annEmail, benEmail, waitingEmail);
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        runmesh.task("refused")
                .always(ScriptedResult.refusing(
                        Answer.json("{\"code\":500,\"msg\":\"" + echo.replace("\"", "'") + "\"}")));
        emit("rita", "refused");
        Await.until("it waits", () -> log.hasLine("Runmesh refuses the usage row of task refused of rita"));
        List<String> bodies = bodies(echo);
        for (int i = 0; i < bodies.size(); i++) {
            runmesh.task("bad-" + i).always(ScriptedResult.refusing(Answer.of(400, bodies.get(i))));
            emit("ann", "bad-" + i);
        }
        Await.until("they are set aside", () -> deadLetters().size() == bodies.size());
        emit("ann", "late-1");
        emit("ben", "late-2");
        emit("tim", "late-3");
        awaitBilled("late-1", "late-2", "late-3");
        emitWhileRunmeshFails(echo, ann);
        changeDeadLetters();

        runmesh.secret(laterBridge);
        set(FLOWMESH, charged(Map.of(".bridge.secret", laterBridge + "\r\n")));
        emit("ann", "later");
        awaitBilled("later");
        runmesh.secret(bridgeSecret);
        set(FLOWMESH, charged(Map.of()));
    }

    private String submitted(PrincipalContext principal) {
        hooks.checkSubmission(principal);
        return principal.principalId() + " may submit";
    }

    private void emitWhileRunmeshFails(String echo, PrincipalContext ann) throws Exception {
        runmesh.stop();
        emit("ann", "last-1");
        emit("ben", "last-2");
        emit("tim", "last-3");
        Await.until("nobody listens", () -> outbox().contains("last trouble                  connection refused"));
        runmesh.entries().always(ScriptedResult.refusing(Answer.closing()));
        runmesh.comeBack();
        List<String> hosts = List.of("localhost", "127.0.0.1");
        int elsewhere = 0;
        for (Answer answer : failures(echo)) {
            runmesh.entries().always(ScriptedResult.refusing(answer));
            runmesh.balances().always(answer);
            int before = runmesh.requests();
            // To anybody else rows are sent at once, and who fails three times is left alone.
            String host = hosts.get(elsewhere++ % hosts.size());
            set(FLOWMESH, charged(Map.of("billing.base.url", "http://" + host + ":" + runmesh.port())));
            Await.until(
                    "three have failed by " + answer,
                    () -> runmesh.requests() >= before + 3 && outbox().contains("open: Runmesh is asked again at"));
            call(() -> submitted(ann));
        }
        runmesh.entries().normal();
        runmesh.balances().normal();
        awaitBilled("last-1", "last-2", "last-3");
        set(FLOWMESH, charged(Map.of()));
        Await.until("it is the first again", () -> outbox().contains("closed: rows are delivered to " + runmesh.url()));
    }

    /** What an angry server may answer. */
    private static List<Answer> failures(String echo) {
        List<Answer> failures = new ArrayList<>();
        for (int status : List.of(500, 401, 302)) {
            bodies(echo).forEach(body -> failures.add(Answer.of(status, body)));
        }
        failures.addAll(List.of(
                Answer.html(),
                Answer.empty(),
                Answer.json(echo),
                Answer.compressed(echo),
                Answer.redirect(302),
                Answer.redirect(307),
                Answer.cutBody(echo),
                Answer.halfClosing(echo),
                Answer.cutHead(),
                Answer.notHttp(echo),
                Answer.notHttp("HTTP/1.1 no " + echo + "\r\n\r\n"),
                Answer.notHttp("HTTP/1.1 200 OK\r\n(" + echo + "\r\n\r\n"),
                Answer.closing(),
                Answer.reset(),
                Answer.huge()));
        // In words of its own, so that each is the first thing of what is shown.
        Stream.of(echo.split(" ")).forEach(word -> failures.add(Answer.of(500, word)));
        return failures;
    }

    private static List<String> bodies(String echo) {
        return List.of(echo, "{\"error\":\"" + echo + "\"}", "x".repeat(700) + echo);
    }

    /** Each as it is, form-encoded and as JSON may have it, and the first as the header it came in. */
    private static String echoOf(String... secrets) {
        return "X-Bridge-Secret: "
                + Stream.of(secrets)
                        .flatMap(secret -> Stream.of(
                                secret,
                                URLEncoder.encode(secret, StandardCharsets.UTF_8),
                                "{\"said\":\"" + secret.replace("/", "\\/") + "\"}"))
                        .collect(joining(" "));
    }

    /** One is refused again, one is delivered, and one is given up; what is refused again stays in the file. */
    private void changeDeadLetters() throws Exception {
        try (Shell shell = Shell.open(container, "")) {
            List<String> letters = deadLetters();
            typed(shell, "flowmesh:retry " + letters.get(0));
            Await.until("it is set aside again", () -> deadLetters().size() == letters.size());
            runmesh.task("bad-1").normal();
            typed(shell, "flowmesh:retry " + letters.get(1));
            awaitBilled("bad-1");
            typed(shell, "flowmesh:discard " + letters.get(2));
            assertEquals("one is left", 1, deadLetters().size());
        }
    }

    private void emit(String principal, String task) {
        hooks.emit(List.of(row(principal, task, "1.25")));
    }

    private void awaitBilled(String... tasks) throws Exception {
        Await.until(
                List.of(tasks) + " are billed",
                () -> runmesh.ledger().amounts().keySet().containsAll(List.of(tasks)));
    }

    private String outbox() throws Exception {
        return shown("flowmesh:outbox");
    }

    /** The numbers of the dead letters. */
    private List<String> deadLetters() throws Exception {
        return shown("flowmesh:deadletters")
                .lines()
                .filter(line -> line.contains(": task "))
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
    }

    private String shown(String command) throws Exception {
        String shown = Shell.run(container, command);
        note("command", shown);
        return shown;
    }

    /** Every way in which an optimizer can fail, quoting what it was given. */
    private void plan() throws Exception {
        set(LUMILAKE, planning(Map.of()));
        LumilakeHooks lumilake = lumilakeHooks();
        Await.until("it is offered", () -> lumilake.optimizers().contains("Greedy"));
        OptimizerHandle handle = lumilake.optimizer("greedy");
        assertEquals(Map.of("gpu-1", List.of("load")), planned(handle).workerAssignment());
        for (Answer answer : failures(echoOf(runtimeToken, annToken))) {
            optimizer.catalog().always(answer);
            optimizer.schedules().always(answer);
            call(() -> planned(handle));
            shown("lumid:refresh");
            shown("lumid:optimizers");
        }
        optimizer.catalog().normal();
        optimizer.schedules().normal();
        shown("lumid:refresh");
        call(() -> planned(handle));
    }

    private Map<String, String> planning(Map<String, String> but) {
        return with(
                Map.of(
                        "acl.db.path",
                        database.resolveSibling("lumilake.sqlite").toString(),
                        "optimizer.url",
                        optimizer.url().toString(),
                        ".runtime.token",
                        runtimeToken),
                but);
    }

    private Schedule planned(OptimizerHandle handle) {
        TaskGraph graph = new TaskGraph(Map.of("load", Set.of()), Map.of("nodes", List.of("load")));
        return handle.schedule(new ScheduleRequest(graph, List.of("gpu-1"), Map.of(), Optional.empty()), annToken);
    }

    private void type(Path tokens) throws Exception {
        Files.writeString(tokens.resolve("ann"), annToken + "\n");
        Files.writeString(tokens.resolve("nobody"), secrets.invent("unknown token in a file", "*\n*"));
        Path demo = Files.writeString(tokens.resolve("demo.json"), demoTokens());
        configure("id.lum.demo", Map.of("hosts", "lumilake", "tokens.file", demo.toString()));
        Await.until("the demo answers", () -> status(() -> hooksOfLumilake(demoToken)) == 200);
        System.setProperty("lumid.tokens.dir", tokens.toString());
        try (Shell shell = Shell.open(container, typedToken + "\n")) {
            typed(shell, "ann = hooks:authenticate flowmesh ann");
            typed(shell, "hooks:authenticate flowmesh nobody");
            typed(shell, "hooks:authenticate flowmesh");
            typed(shell, "hooks:authenticate flowmesh " + tokens.resolve("none"));
            for (String command : COMMANDS) {
                typed(shell, command);
            }
        } finally {
            System.clearProperty("lumid.tokens.dir");
        }
        assertEquals("every command of ours is typed", Set.of(), commandsNotTyped());
    }

    private String demoTokens() {
        return "{\"" + demoToken + "\": {\"principal_id\": \"dora\", \"org_id\": \"demo\", \"external_id\": \""
                + secrets.invent("e-mail of somebody in the demo", "*@*.example")
                + "\", \"principal_type\": \"user\", \"scopes\": [\"user\"]}}";
    }

    private void hooksOfLumilake(String token) {
        try {
            call(() -> hooksOf("lumilake").authenticate(token));
            hooksOf("lumilake").authenticate(token);
        } catch (HookRejection rejected) {
            throw rejected;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void typed(Shell shell, String command) {
        try {
            note("command", shell.run(command));
        } catch (Exception failed) {
            // The shell shows the message of an exception, and its trace when asked to.
            note("command", traced(failed));
            see(failed);
        }
    }

    private Set<String> commandsNotTyped() throws Exception {
        Set<String> functions = new TreeSet<>();
        for (ServiceReference<?> service : container.getAllServiceReferences(null, "(osgi.command.function=*)")) {
            String scope = String.valueOf(service.getProperty("osgi.command.scope"));
            if (Set.of("hooks", "lumid", "demo", "flowmesh").contains(scope)) {
                Object names = service.getProperty("osgi.command.function");
                (names instanceof String[] several ? Stream.of(several) : Stream.of(names))
                        .forEach(name -> functions.add(scope + ":" + name));
            }
        }
        functions.removeIf(function -> function.equals("hooks:authenticate")
                || COMMANDS.stream().anyMatch(command -> (command + " ").startsWith(function + " ")));
        return functions;
    }

    private void failAs(Mode mode) {
        String token = secrets.invent("token in mode " + mode, "*/*.*");
        lumid.mode(token, mode);
        call(() -> hooks.authenticate(token));
    }

    /** Every way in which lum.id can fail, quoting what it was given. */
    private void fail() throws Exception {
        for (Mode mode : Mode.values()) {
            if (!ENDLESS.contains(mode)) {
                failAs(mode);
            }
        }
        // Only for those: a busy machine needs longer for an answer.
        LogFile timeouts = LogFile.from(data().resolve("log/lumid.log"));
        set(CORE, secured(Map.of("request.timeout.ms", "400")));
        Await.until("time is short", () -> {
            failAs(Mode.SILENT);
            return timeouts.hasLine("no complete answer within 400 ms");
        });
        ENDLESS.forEach(this::failAs);
        lumid.release();
        set(CORE, secured(Map.of()));
        Await.until("there is time again", () -> status(() -> hooks.authenticate("nobody's")) == 401);
        String echo = String.join(
                " ",
                lostToken,
                URLEncoder.encode(lostToken, StandardCharsets.UTF_8),
                "{\"token\":\"" + lostToken.replace("/", "\\/") + "\"}",
                annEmail,
                URLEncoder.encode(benEmail, StandardCharsets.UTF_8),
                clientSecret,
                URLEncoder.encode(clientSecret, StandardCharsets.UTF_8),
                lumid.last().headers().get("authorization"));
        for (int status : List.of(200, 302, 400, 401, 403, 429, 500, 503)) {
            for (String body : List.of(echo, "{\"error\":\"" + echo + "\"}", "x".repeat(700) + echo)) {
                lumid.answerWith(status, body);
                refused(() -> hooks.authenticate(lostToken), 503);
            }
        }
        // In words of its own, so that each is the first thing of what is shown.
        for (String body : echo.split(" ")) {
            lumid.answerWith(500, body);
            refused(() -> hooks.authenticate(lostToken), 503);
        }
        lumid.mode(Mode.NORMAL);
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        set(CORE, secured(Map.of("base.url", "https://127.0.0.1:" + lumid.port())));
        Await.until("TLS fails", () -> {
            call(() -> hooks.authenticate(lostToken));
            return log.hasLine("WARN", "https://127.0.0.1:" + lumid.port(), "TLS failed");
        });
        lumid.stop();
        set(CORE, secured(Map.of()));
        Await.until("nobody listens", () -> {
            call(() -> hooks.authenticate(lostToken));
            return log.hasLine("WARN", "http://127.0.0.1:" + lumid.port(), "connection refused");
        });
        lumid.comeBack();
        set(CORE, secured(Map.of(".client.secret", laterSecret + "\r\n")));
        String expected = "hooks:" + URLEncoder.encode(laterSecret, StandardCharsets.UTF_8);
        Await.until("the secret without its line end is sent", () -> {
            call(() -> hooks.authenticate("nobody's"));
            return lumid.last()
                    .headers()
                    .getOrDefault("authorization", "")
                    .endsWith(Base64.getEncoder().encodeToString(expected.getBytes(StandardCharsets.US_ASCII)));
        });
    }

    /** Every way to configure a secret where it does not belong, or one that is none. */
    private void refuse(Path tokens) throws Exception {
        Map<String, String> forms = Map.of(
                "with an umlaut", "*\u00e4*",
                "of two lines", "*\n*",
                "not looked up", "VAULT://*/*",
                "not filled in", "$[env:LUMID_NOT_SET]*");
        for (Map.Entry<String, String> one : forms.entrySet()) {
            String how = one.getKey();
            String form = one.getValue();
            refused(CORE, secured(Map.of(".client.secret", secrets.invent("client secret " + how, form))));
            refused(FLOWMESH, charged(Map.of(".bridge.secret", secrets.invent("bridge secret " + how, form))));
            refused(LUMILAKE, planning(Map.of(".runtime.token", secrets.invent("runtime token " + how, form))));
        }
        refused(CORE, secured(Map.of("client.id", "", ".client.secret", secrets.invent("secret of nobody", "*"))));
        Map<String, Object> several = new HashMap<>(secured(Map.of()));
        several.put(".client.secret", new String[] {secrets.invent("several secrets", "*"), clientSecret});
        refused(CORE, several);
        for (String url : List.of(
                "https://hooks:*@lum.example",
                "https://lum.example/?token=*",
                "https://lum.example/#*",
                "https://hooks:*@lum.example/$[env:LUMID_NOT_SET]",
                "VAULT://lum.example/?token=*",
                "https://hooks:*@lum.example:port",
                "https://hooks:*\u00e4@lum.example")) {
            refused(CORE, secured(Map.of("base.url", secrets.invent("secret in " + url, url))));
            refused(FLOWMESH, charged(Map.of("billing.base.url", secrets.invent("secret in billing's " + url, url))));
            refused(LUMILAKE, planning(Map.of("optimizer.url", secrets.invent("secret in optimizer's " + url, url))));
        }
        // Not refused, but said to be read by nobody.
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        set(CORE, secured(Map.of("client.secret", secrets.invent("secret misspelt", "*"))));
        Await.until("it is warned about", () -> log.hasLine("WARN", CORE + ": nobody reads client.secret"));
        set(FLOWMESH, charged(Map.of(".bridge.token", secrets.invent("secret that is not known", "*"))));
        Await.until("it is warned about", () -> log.hasLine("WARN", FLOWMESH + ": nobody reads .bridge.token"));
        refused(FLOWMESH, charged(Map.of(".bridge.token", secrets.invent("secret beside", "*"), "acl.db.path", "")));

        Path broken = Files.writeString(
                tokens.resolve("broken.json"), "{\"" + secrets.invent("token in a broken file", "*-*") + "\": {oops");
        configure("id.lum.demo", Map.of("tokens.file", broken.toString()));
        Await.until("the file is refused", () -> log.hasLine("ERROR", "broken.json"));
    }

    private void refused(String pid, Map<String, ?> properties) throws Exception {
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        set(pid, properties);
        Await.until(properties + " is refused", () -> log.hasLine("ERROR", pid, "is refused"));
        look();
    }

    private void refused(Runnable call, int status) {
        int before = seen.get("exception").length();
        call(() -> {
            call.run();
            return "not refused";
        });
        assertEquals("what is refused is seen", true, seen.get("exception").indexOf(" " + status + ":", before) >= 0);
    }

    private void call(Callable<?> call) {
        try {
            note("answer", String.valueOf(call.call()));
        } catch (Exception thrown) {
            see(thrown);
        }
    }

    // What can be seen

    private void note(String place, String text) {
        seen.computeIfAbsent(place, first -> new StringBuilder()).append(text).append('\n');
    }

    private void see(Throwable thrown) {
        note(
                "exception",
                (thrown instanceof HookRejection rejection ? " " + rejection.status() + ": " : "") + traced(thrown));
    }

    /** With causes and what was suppressed, message, description and trace of each. */
    private static String traced(Throwable thrown) {
        String own = thrown + "\n" + thrown.getMessage() + "\n" + thrown.getLocalizedMessage() + "\n";
        return own
                + Optional.ofNullable(thrown.getCause()).map(SecretsIT::traced).orElse("")
                + Arrays.stream(thrown.getSuppressed()).map(SecretsIT::traced).collect(joining());
    }

    /** What of the running container anybody in it can look at. */
    private void look() throws Exception {
        for (ServiceReference<?> service : container.getAllServiceReferences(null, null)) {
            for (String key : service.getPropertyKeys()) {
                note("service property", key + "=" + Arrays.deepToString(new Object[] {service.getProperty(key)}));
            }
            if (isOurs(service)) {
                note("service", String.valueOf(container.getService(service)));
                container.ungetService(service);
            }
        }
        Thread.getAllStackTraces().keySet().forEach(thread -> note("JVM", thread.getName()));
        Map<Object, Object> properties = Collections.unmodifiableMap(System.getProperties());
        properties.forEach((key, value) -> note("JVM", key + "=" + value));
    }

    private static boolean isOurs(ServiceReference<?> service) {
        return service.getBundle().getSymbolicName().startsWith("id.lum.")
                || Arrays.asList((String[]) service.getProperty(Constants.OBJECTCLASS))
                        .contains(CanaryCommand.class.getName());
    }

    /** An open database is not touched: closing another descriptor on it would drop SQLite's locks. */
    private void stopAndReadFiles() throws Exception {
        Await.until("one row waits", () -> outbox().contains("rows that wait                1, of 1 principals"));
        delete(FLOWMESH);
        delete(LUMILAKE);
        for (String name : List.of("acl", "outbox", "lumilake")) {
            Path log = database.resolveSibling(name + ".sqlite-wal");
            Await.until("the database is one file", () -> !Files.exists(log));
        }
        // What the configuration service keeps is the configuration itself.
        Path kept = data().resolve("cache/bundle"
                + bundleNamed("org.apache.felix.configadmin").getBundleId());
        try (Stream<Path> files = Files.walk(data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(kept)
                        && !file.endsWith("loose.log")
                        && !file.toString().endsWith(".jar")) {
                    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    note(file.startsWith(data().resolve("log")) ? "log" : "file", file + "\n" + text);
                }
            }
        }
    }

    // What was found

    /** Line by line for the log, to name whose line it is. */
    private List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        seen.forEach((place, text) -> secrets.foundIn(text.toString())
                .forEach(name -> leaks.add(name + " in " + place + ": "
                        + text.toString()
                                .lines()
                                .filter(line -> secrets.foundIn(line).contains(name))
                                .limit(3)
                                .toList())));
        return leaks;
    }

    /** For whoever wonders what those loggers would tell. */
    private void showWhatIsNotOurs() throws IOException {
        String text = Files.readString(data().resolve("log/loose.log"));
        for (String logger : LOOSE) {
            String own =
                    text.lines().filter(line -> line.contains(" " + logger)).collect(joining("\n"));
            System.out.println("at TRACE, and shipped at INFO, " + logger + " tells: " + secrets.foundIn(own));
        }
        List<String> atInfo = text.lines()
                .filter(line -> !line.startsWith("DEBUG") && !line.startsWith("TRACE"))
                .filter(line -> LOOSE.stream().anyMatch(line::contains))
                .filter(line -> !secrets.foundIn(line).isEmpty())
                .toList();
        assertEquals("at INFO they tell nothing", List.of(), atInfo);
    }

    private void delete(String pid) throws IOException {
        configurations.getConfiguration(pid, "?").delete();
    }
}
