package id.lum.itests;

import static java.util.stream.Collectors.toCollection;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.fakes.FakeRunmesh;
import id.lum.fakes.Received;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import id.lum.itests.FlowmeshCallers.Leave;
import id.lum.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/**
 * Every property of both PIDs is changed under traffic: a good value takes effect, a bad one is refused with an error
 * and leaves the good one in force, and whoever calls meanwhile notices neither.
 */
public class LiveSettingsIT extends FlowmeshTestSupport {
    private static final int HELD = 3;
    private static final int KEPT = 20;
    private static final int LOOKS = 100;
    private static final Pattern TIMEOUT = Pattern.compile("no complete answer within (\\d+) ms");
    private static final Pattern IN_MEMORY = Pattern.compile("answers in memory +(\\d+), and (\\d+) sets");
    private static final Pattern IN_CACHE = Pattern.compile("answers in the cache +(\\d+)");
    /** The loopback address in a spelling that is not one of the literals which are always allowed. */
    private static final String MAPPED = "[::ffff:127.0.0.1]";

    private static final Pattern WAITING = Pattern.compile("rows that wait +(\\d+),");
    private static final Pattern SET_ASIDE = Pattern.compile("set aside +after (\\d+) days, or (\\d+) refusals");
    private static final String SECRET = "bridge-of-the-test";

    private final AtomicInteger fresh = new AtomicInteger();
    private FakeLumid other;
    private FakeRunmesh runmesh;
    private FakeRunmesh elsewhere;
    private FlowmeshCallers callers;
    private LogFile log;

    /** At DEBUG each failure has a line; the setting is read from it. */
    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        Path logging = folder.home().resolve("conf/logback.xml");
        try {
            String end = "</configuration>";
            Files.writeString(
                    logging,
                    Files.readString(logging)
                            .replace(end, "<logger name=\"id.lum.core.identity\" level=\"DEBUG\"/>" + end));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return super.shipped(folder);
    }

    /** What can be seen of a property from outside. It may be looked at again and again. */
    private interface Effect {
        Object see() throws Exception;
    }

    /**
     * A property, and all there is to know to change it.
     *
     * @param good a configuration with another good value of it
     * @param changed what is seen once the good value is in force
     * @param usual what is seen before and afterwards
     * @param bad values that are refused
     * @param passing what callers put up with while it changes
     * @param lasting what callers put up with while it is changed
     */
    private record Line(
            String pid,
            String property,
            Map<String, String> good,
            Object changed,
            Object usual,
            Effect effect,
            List<String> bad,
            Set<Leave> passing,
            Set<Leave> lasting) {
        /** Callers put up with this until the change is there, and again until it is taken back. */
        Line passing(Leave leave) {
            return new Line(pid, property, good, changed, usual, effect, bad, Set.of(leave), lasting);
        }

        /** Callers put up with this until the change is taken back. */
        Line lasting(Leave leave) {
            return new Line(pid, property, good, changed, usual, effect, bad, passing, Set.of(leave));
        }

        boolean isSecret() {
            return property.startsWith(".");
        }

        @Override
        public String toString() {
            return pid + " " + property;
        }
    }

    private List<Line> table() {
        Map<String, String> client = Map.of("client.id", "flow mesh", ".client.secret", "kept/secret");
        return List.of(
                line(CORE, "base.url", core(Map.of("base.url", url(other))), "other", "first", this::whoIsAsked)
                        .refuses("ftp://nowhere", "http://lum.id", "https://lum.id:port")
                        .passing(Leave.NO_GUARD),
                line(CORE, "org.id", core(Map.of("org.id", "live")), "live", "lumid", this::organisation)
                        .refuses("$[env:LUMID_NOT_SET]")
                        .passing(Leave.NO_GUARD),
                line(CORE, "client.id", core(client), basic("flow+mesh:kept%2Fsecret"), "", this::authorization)
                        .refuses("fl\u00f6w", "")
                        .passing(Leave.NO_GUARD),
                line(
                                CORE,
                                ".client.secret",
                                core(with(client, Map.of(".client.secret", "another"))),
                                basic("flow+mesh:another"),
                                "",
                                this::authorization)
                        .refuses("canary\u00e4", "VAULT://canary", "")
                        .passing(Leave.NO_GUARD),
                line(CORE, "cache.seconds", core(Map.of("cache.seconds", "0")), 2, 1, this::requestsForTwoCalls)
                        .refuses("-1", "86401", "a minute"),
                line(CORE, "cache.size", core(Map.of("cache.size", "1")), true, false, this::cacheHoldsOneAtMost)
                        .refuses("0", "many"),
                line(
                                CORE,
                                "cache.rejected.seconds",
                                core(Map.of("cache.rejected.seconds", "60")),
                                1,
                                2,
                                this::requestsForTwoCallsWithABadToken)
                        .refuses("-1", "61"),
                line(
                                CORE,
                                "request.timeout.ms",
                                core(Map.of("request.timeout.ms", "4000")),
                                "4000",
                                REQUEST_TIMEOUT,
                                this::timeout)
                        .refuses("60001"),
                line(CORE, "requests.in.flight", core(Map.of("requests.in.flight", "2")), 2, HELD, this::admitted)
                        .refuses("0", "1025"),
                line(
                                CORE,
                                "allow.http.hosts",
                                core(Map.of(
                                        "allow.http.hosts", "lum.test, " + MAPPED, "base.url", mapped(lumid.url()))),
                                MAPPED,
                                "127.0.0.1",
                                this::hostAskedFor)
                        .refuses("*.example.org", "http://lum.test")
                        .passing(Leave.NO_GUARD),
                line(
                                FLOWMESH,
                                "acl.db.path",
                                billing(Map.of("acl.db.path", sibling("other.sqlite"))),
                                "denied by [other.sqlite-wal, outbox.sqlite-wal]",
                                "allowed by [acl.sqlite-wal, outbox.sqlite-wal]",
                                this::whatIsKept)
                        .refuses("", sibling("notes.txt"))
                        .passing(Leave.OTHER_GRANTS),
                line(
                                FLOWMESH,
                                "journal.mode",
                                billing(Map.of("journal.mode", "rollback")),
                                Set.of(),
                                Set.of("acl.sqlite-wal", "outbox.sqlite-wal"),
                                this::logs)
                        .refuses("memory"),
                line(
                                FLOWMESH,
                                "grant.cache.size",
                                billing(Map.of("grant.cache.size", "0")),
                                false,
                                true,
                                this::answersFromMemory)
                        .refuses("-1", "10000001"),
                line(
                                FLOWMESH,
                                "fleet.kinds",
                                billing(Map.of("fleet.kinds", "worker:read")),
                                200,
                                403,
                                this::readerOfAWorker)
                        .refuses("worker", "worker:write", "nonsense:read"),
                line(
                                FLOWMESH,
                                "claimable.kinds",
                                billing(Map.of("claimable.kinds", "node")),
                                200,
                                403,
                                this::firstWhoAsksForANode)
                        .refuses("nonsense"),
                line(
                                FLOWMESH,
                                "billing.base.url",
                                billing(Map.of("billing.base.url", url(elsewhere))),
                                Set.of("elsewhere: check-balance", "elsewhere: flowmesh-entry"),
                                Set.of("here: check-balance", "here: flowmesh-entry"),
                                () -> heard((place, request) ->
                                        place + request.path().replaceFirst("/billing/", ": ")))
                        .refuses("ftp://nowhere", "http://lum.id", "https://lum.id:port"),
                line(
                                FLOWMESH,
                                ".bridge.secret",
                                billing(Map.of(".bridge.secret", "another/secret")),
                                Set.of("another/secret"),
                                Set.of(SECRET),
                                () -> heard((place, request) ->
                                        request.header("x-bridge-secret").orElse("")))
                        .refuses("canary\u00e4", "VAULT://canary", "can\ncanary")
                        .passing(Leave.NO_GUARD),
                line(
                                FLOWMESH,
                                "allow.http.hosts",
                                billing(Map.of(
                                        "allow.http.hosts",
                                        "lum.test, " + MAPPED,
                                        "billing.base.url",
                                        mapped(runmesh.url()))),
                                Set.of(MAPPED),
                                Set.of("127.0.0.1"),
                                () -> heard((place, request) ->
                                        withoutPort(request.header("host").orElse(""))))
                        .refuses("*.example.org", "http://lum.test"),
                line(
                                FLOWMESH,
                                "balance.guard",
                                billing(Map.of("balance.guard", "off")),
                                "nobody lets ben through: 200",
                                "guard lets ben through: 402",
                                this::whoGuards)
                        .refuses("perhaps")
                        .lasting(Leave.NO_GUARD),
                line(
                                FLOWMESH,
                                "outbox.db.path",
                                billing(Map.of("outbox.db.path", sibling("later.sqlite"))),
                                Set.of("acl.sqlite-wal", "later.sqlite-wal"),
                                Set.of("acl.sqlite-wal", "outbox.sqlite-wal"),
                                this::logs)
                        .refuses("", sibling("notes.txt")),
                line(
                                FLOWMESH,
                                "outbox.max.rows",
                                billing(Map.of("outbox.max.rows", "3")),
                                503,
                                200,
                                this::fourRowsAtOnce)
                        .refuses("0", "many", "100000001")
                        .lasting(Leave.NO_ROOM),
                line(
                                FLOWMESH,
                                "outbox.retention.days",
                                billing(Map.of("outbox.retention.days", "1")),
                                1L,
                                30L,
                                () -> metric(SET_ASIDE, "flowmesh:outbox", 1))
                        .refuses("0", "a month", "3651"),
                line(
                                FLOWMESH,
                                "outbox.refusals",
                                billing(Map.of("outbox.refusals", "2")),
                                2L,
                                10L,
                                () -> metric(SET_ASIDE, "flowmesh:outbox", 2))
                        .refuses("1", "1001"));
    }

    @Before
    public void startBothRunmeshes() throws Exception {
        runmesh = FakeRunmesh.start(SECRET).balance("ann@example.com", true, "12.50");
        elsewhere = FakeRunmesh.start(SECRET).balance("ann@example.com", true, "12.50");
        List.of(runmesh, elsewhere).forEach(one -> one.balance("ben@example.com", false, "0.00"));
        log = LogFile.from(data().resolve("log/lumid.log"));
    }

    @After
    public void stopBothRunmeshes() throws Exception {
        set(FLOWMESH, flowmesh(Map.of()));
        awaitBillingHooks();
        runmesh.close();
        elsewhere.close();
    }

    @Test
    public void everyPropertyChangesUnderTrafficAndABadValueLeavesTheGoodOneInForce() throws Exception {
        try (FakeLumid second = knowing(FakeLumid.start())) {
            other = second;
            Files.writeString(Path.of(sibling("notes.txt")), "these are not the grants you look for ...");
            switchBillingOn();
            List<ResourceRef> kept = keep();
            List<String> trouble;
            callers = FlowmeshCallers.start(hooks, Set.of("lumid", "live"));
            try {
                for (Line line : table()) {
                    Map<Long, String> lives = livesBut(line);
                    callers.during(line.lasting(), () -> change(line));
                    assertEquals(line + " restarts nothing", lives, livesBut(line));
                }
            } finally {
                trouble = callers.stop();
            }

            System.out.printf(
                    "live settings: %d properties; calls: %d, rightly denied: %d, failed: %d, wrong: %d; rows: %d%n",
                    table().size(),
                    callers.calls(),
                    callers.denials(),
                    callers.failed(),
                    callers.wrong(),
                    callers.acknowledged().size());
            assertEquals(List.of(), trouble);
            assertEquals(0, callers.failed() + callers.wrong());
            for (ResourceRef resource : kept) {
                hooks.require(ann(), resource, "write");
            }
            Set<Map.Entry<String, String>> acknowledged = callers.acknowledged().entrySet();
            assertFalse(acknowledged.isEmpty());
            Await.until(
                    "every acknowledged row is billed",
                    () -> billed().entrySet().containsAll(acknowledged));
            for (FakeRunmesh one : List.of(runmesh, elsewhere)) {
                assertEquals(List.of(), one.violations());
                assertEquals(List.of(), one.ledger().conflicts());
            }
        }
    }

    /** Of both, cost by task. */
    private Map<String, String> billed() {
        return with(runmesh.ledger().amounts(), elsewhere.ledger().amounts());
    }

    @Test
    public void everyPropertyThatAnOperatorIsShownOrAParserKnowsHasALine() throws Exception {
        other = lumid;
        for (String pid : List.of(CORE, FLOWMESH)) {
            Set<String> lines = table().stream()
                    .filter(line -> line.pid().equals(pid))
                    .map(Line::property)
                    .collect(toCollection(TreeSet::new));
            assertEquals("shown of " + pid, shown(pid), lines);
            assertEquals("known of " + pid, known(pid), lines);
        }
    }

    @Test
    public void aHostThatIsNotAllowedIsRefusedWithoutTls() throws Exception {
        set(CORE, core(Map.of("base.url", mapped(lumid.url()))));
        Await.until(
                "it is refused", () -> log.hasLine("ERROR", CORE + ": base.url", "is refused", mapped(lumid.url())));
        assertEquals("127.0.0.1", hostAskedFor());
        switchBillingOn();
        set(FLOWMESH, billing(Map.of("billing.base.url", mapped(runmesh.url()))));
        Await.until("it is refused", () -> log.hasLine("ERROR", FLOWMESH + ": billing.base.url", "is refused"));
        assertEquals(
                Set.of("127.0.0.1"),
                heard((place, request) -> withoutPort(request.header("host").orElse(""))));
    }

    @Test
    public void anOutboxThatHoldsARowStaysUntilThatIsDeliveredAndIsLeftThen() throws Exception {
        switchBillingOn();
        hooks.emit(List.of(row("stranger", "task-1", "1.25")));
        set(FLOWMESH, billing(Map.of("outbox.db.path", sibling("later.sqlite"))));
        Await.until(
                "it is refused",
                () -> log.hasLine(
                        "ERROR",
                        FLOWMESH + " outbox.db.path = \"" + sibling("later.sqlite") + "\" is refused",
                        "\"" + sibling("outbox.sqlite") + "\", still holds 1 rows"));
        ann();
        hooks.emit(List.of(row("ann", "task-2", "2.50")));
        Await.until("rows are delivered as before", () -> billed().equals(Map.of("task-2", "2.50")));
        assertEquals(Set.of("acl.sqlite-wal", "outbox.sqlite-wal"), logs());
        lumid.issue("stranger-token", "stranger", "stranger@example.com");
        hooks.authenticate("stranger-token");
        Await.until("the row is delivered", () -> billed().containsKey("task-1"));
        Await.until("the other file serves", () -> logs().equals(Set.of("acl.sqlite-wal", "later.sqlite-wal")));
        hooks.emit(List.of(row("ann", "task-3", "3.75")));
        Await.until(
                "rows are delivered from it",
                () -> billed().equals(Map.of("task-1", "1.25", "task-2", "2.50", "task-3", "3.75")));
    }

    /** The sink is required: otherwise a row that no sink took would look as if one had. */
    private void switchBillingOn() throws Exception {
        configure(
                "id.lum.hooks.host~flowmesh",
                Map.of("required", "identity:lumid, permission:lumid, registrar:lumid, usage:lumid"));
        set(FLOWMESH, billing(Map.of()));
        awaitBillingHooks("usage", "guard");
    }

    private Map<String, String> billing(Map<String, String> but) {
        return billed(runmesh, SECRET, with(Map.of("balance.guard", "on"), but));
    }

    /** The guard comes and goes by a property that is there for that. */
    private Map<Long, String> livesBut(Line line) throws Exception {
        Map<Long, String> lives = lives();
        if (line.property().equals("balance.guard")) {
            lives.values().removeIf(types -> types.contains(SubmissionGuard.class.getName()));
        }
        return lives;
    }

    /** There, refused, and back. */
    private Line change(Line line) throws Exception {
        assertEquals(line + " before", line.usual(), line.effect().see());
        apply(line, line.good(), line.changed());
        callers.flow();
        for (String bad : line.bad()) {
            log.mark();
            setUntil(line, with(line.good(), Map.of(line.property(), bad)), () -> refused(line, bad));
            assertEquals(line + " after " + bad, line.changed(), line.effect().see());
            assertFalse(line + " shows a secret", line.isSecret() && log.text().contains("canary"));
            callers.flow();
        }
        apply(line, usual(line.pid()), line.usual());
        callers.flow();
        return line;
    }

    private void apply(Line line, Map<String, String> properties, Object expected) throws Exception {
        callers.during(line.passing(), () -> {
            if (line.property().equals(".bridge.secret")) {
                // Runmesh changes it first: it answers 401 until we follow.
                runmesh.secret(properties.get(".bridge.secret"));
            }
            setUntil(line, properties, () -> expected.equals(line.effect().see()));
            return line;
        });
    }

    /** Sets it and waits for what comes of it. An outbox is left only while it is empty. */
    private void setUntil(Line line, Map<String, String> properties, Await.Condition<?> done) throws Exception {
        Callable<Line> set = () -> {
            set(line.pid(), properties);
            Await.until(line + " is as " + properties.get(line.property()) + " asks", done);
            return line;
        };
        if (line.property().equals("outbox.db.path")) {
            callers.withoutRows(() -> {
                Await.until("every row is delivered", () -> metric(WAITING, "flowmesh:outbox", 1) == 0);
                return set.call();
            });
        } else {
            set.call();
        }
    }

    private boolean refused(Line line, String bad) throws IOException {
        String value = line.isSecret() ? "" : " = \"" + bad + "\"";
        // The settings are refused with a colon after the PID, a file with a blank.
        return log.hasLine("ERROR", line.pid() + ": " + line.property() + value + " is refused: it ")
                || log.hasLine("ERROR", line.pid() + " " + line.property() + value + " is refused: it ");
    }

    private Map<String, String> usual(String pid) {
        return pid.equals(CORE) ? core(Map.of()) : billing(Map.of());
    }

    private Set<String> shown(String pid) throws Exception {
        ObjectClassDefinition shown = Lookup.service(container, MetaTypeService.class, "(objectClass=*)")
                .getMetaTypeInformation(bundleNamed(pid))
                .getObjectClassDefinition(pid, "en");
        return Arrays.stream(shown.getAttributeDefinitions(ObjectClassDefinition.ALL))
                .map(attribute -> attribute.getID())
                .collect(toCollection(TreeSet::new));
    }

    /** What the parser in the container says that it knows, of a configuration in which there is something else. */
    private Set<String> known(String pid) throws Exception {
        String beginning = pid + ": nobody reads nonsense; known are ";
        log.mark();
        set(pid, with(usual(pid), Map.of("nonsense", "1")));
        Await.until("it is warned about", () -> log.hasLine("WARN", beginning));
        String line = log.text()
                .lines()
                .filter(one -> one.contains(beginning))
                .findFirst()
                .orElseThrow();
        String names = line.substring(line.indexOf(beginning) + beginning.length(), line.lastIndexOf('.'));
        return new TreeSet<>(List.of(names.split(", ")));
    }

    // What is seen

    private String whoIsAsked() {
        String token = unknown();
        return lumid.requests(token) > 0 ? "first" : other.requests(token) > 0 ? "other" : "nobody";
    }

    private String organisation() {
        return ann().orgId();
    }

    private String authorization() {
        return header("authorization");
    }

    private String hostAskedFor() {
        return withoutPort(header("host"));
    }

    private static String withoutPort(String host) {
        return host.replaceFirst(":\\d+$", "");
    }

    /** Of a request of our own. */
    private String header(String name) {
        String token = unknown();
        return lumid.latest().stream()
                .filter(request -> request.token().equals(token))
                .map(request -> request.headers().getOrDefault(name, ""))
                .findFirst()
                .orElse("no request");
    }

    private int requestsForTwoCalls() {
        String token = token();
        lumid.issue(token, "somebody", "somebody@example.com");
        hooks.authenticate(token);
        hooks.authenticate(token);
        return lumid.requests(token);
    }

    private int requestsForTwoCallsWithABadToken() {
        String token = unknown();
        assertEquals(401, status(() -> hooks.authenticate(token)));
        return lumid.requests(token);
    }

    private boolean cacheHoldsOneAtMost() throws Exception {
        for (int i = 0; i < HELD; i++) {
            requestsForTwoCalls();
        }
        // What exceeds the bound leaves a moment after it came.
        for (int look = 0; look < LOOKS; look++) {
            if (metric(IN_CACHE, "lumid:introspection", 1) <= 1) {
                return true;
            }
        }
        return false;
    }

    private String timeout() throws Exception {
        String token = token();
        lumid.mode(token, Mode.SILENT);
        log.mark();
        assertEquals(503, status(() -> hooks.authenticate(token)));
        Matcher logged = TIMEOUT.matcher(log.text());
        return logged.find() ? logged.group(1) : "no timeout";
    }

    /** How many of three requests that last are let out at once. */
    private int admitted() throws Exception {
        ExecutorService asking = Executors.newFixedThreadPool(HELD);
        try {
            return callers.withoutStrangers(() -> {
                List<Future<Integer>> statuses = new ArrayList<>();
                int admitted = 0;
                for (int i = 1; i <= HELD; i++) {
                    String token = token();
                    lumid.mode(token, Mode.SLOW);
                    Future<Integer> status = asking.submit(() -> status(() -> hooks.authenticate(token)));
                    statuses.add(status);
                    int underWay = i;
                    // More may be held: a request that takes long is sent once more.
                    Await.until("it is held or refused", () -> lumid.held() >= underWay || status.isDone());
                    admitted += Math.min(1, lumid.requests(token));
                }
                lumid.release();
                int answered = 0;
                for (Future<Integer> status : statuses) {
                    answered += status.get() == 401 ? 1 : 0;
                }
                assertEquals("those refused get 503", admitted, answered);
                return admitted;
            });
        } finally {
            asking.shutdown();
        }
    }

    private String whatIsKept() throws IOException {
        int status = status(() -> hooks.require(ann(), ResourceKind.WORKFLOW, "kept-0", ResourceAction.WRITE));
        return (status == 200 ? "allowed" : status == 403 ? "denied" : "not decided") + " by " + logs();
    }

    /** The write-ahead logs: a file has one while it is open in that mode. */
    private Set<String> logs() throws IOException {
        try (Stream<Path> files = Files.list(database.getParent())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("-wal"))
                    .collect(toCollection(TreeSet::new));
        }
    }

    private boolean answersFromMemory() throws Exception {
        callers.flow();
        // What exceeds the bound leaves a moment after it came.
        for (int look = 0; look < LOOKS; look++) {
            if (metric(IN_MEMORY, "lumid:store flowmesh", 1) == 0) {
                return false;
            }
        }
        return true;
    }

    private int readerOfAWorker() {
        PrincipalContext ben = hooks.authenticate("ben-token");
        return status(() -> hooks.require(ben, ResourceKind.WORKER, "w-1", ResourceAction.READ));
    }

    private int firstWhoAsksForANode() {
        String node = "node-" + fresh.incrementAndGet();
        return status(() -> hooks.require(ann(), ResourceKind.NODE, node, ResourceAction.READ));
    }

    /**
     * What there is to be said of each request that a Runmesh received for somebody new, who submits and is billed.
     *
     * @param say is given the name of that Runmesh, and the request
     */
    private Set<String> heard(BiFunction<String, Received, String> say) throws Exception {
        String name = "new-" + fresh.incrementAndGet();
        String email = name + "@example.com";
        lumid.issue(name + "-token", name, email);
        PrincipalContext somebody = hooks.authenticate(name + "-token");
        Set<String> heard = new TreeSet<>();
        hooks.checkSubmission(somebody);
        hooks.emit(List.of(row(name, name + "-task", "0.01")));
        // Others are heard, too: a request is not among the latest for long.
        Await.until("the row is billed", () -> {
            boolean billed = billed().containsKey(name + "-task");
            Map.of("here", runmesh, "elsewhere", elsewhere)
                    .forEach((place, one) -> one.latest().stream()
                            .filter(request -> request.body().contains("\"" + email + "\""))
                            .map(request -> say.apply(place, request))
                            .forEach(heard::add));
            return billed;
        });
        return heard;
    }

    private String whoGuards() {
        PrincipalContext ben = hooks.authenticate("ben-token");
        return (billingHooks().contains("guard") ? "guard" : "nobody") + " lets ben through: "
                + status(() -> hooks.checkSubmission(ben));
    }

    private int fourRowsAtOnce() {
        ann();
        int four = fresh.incrementAndGet();
        return status(() -> hooks.emit(IntStream.range(0, 4)
                .mapToObj(i -> row("ann", "four-" + four + "-" + i, "0.01"))
                .toList()));
    }

    private long metric(Pattern metric, String command, int group) throws Exception {
        String shown = Shell.run(container, command);
        Matcher found = metric.matcher(shown);
        assertTrue(shown, found.find());
        return Long.parseLong(found.group(group));
    }

    // What is asked

    private List<ResourceRef> keep() {
        List<ResourceRef> kept = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            kept.add(ResourceRef.of("workflow", "kept-" + i));
            hooks.register(ann(), kept.get(i));
        }
        return kept;
    }

    private PrincipalContext ann() {
        return hooks.authenticate("ann-token");
    }

    private String token() {
        return "token-" + fresh.incrementAndGet();
    }

    /** A token that nobody has heard of, asked about. */
    private String unknown() {
        String token = token();
        assertEquals(401, status(() -> hooks.authenticate(token)));
        return token;
    }

    private String sibling(String name) {
        return database.resolveSibling(name).toString();
    }

    private static String url(FakeLumid lumid) {
        return lumid.url().toString();
    }

    private static String url(FakeRunmesh runmesh) {
        return runmesh.url().toString();
    }

    private static String mapped(URI url) {
        return "http://" + MAPPED + ":" + url.getPort();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    /** The beginning of a line. */
    private record Change(
            String pid, String property, Map<String, String> good, Object changed, Object usual, Effect effect) {
        Line refuses(String... bad) {
            return new Line(pid, property, good, changed, usual, effect, List.of(bad), Set.of(), Set.of());
        }
    }

    private static Change line(
            String pid, String property, Map<String, String> good, Object changed, Object usual, Effect effect) {
        return new Change(pid, property, good, changed, usual, effect);
    }
}
