package id.lum.itests;

import static java.util.stream.Collectors.toCollection;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import id.lum.core.adapter.AdapterSettings;
import id.lum.core.identity.IntrospectionSettings;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import java.io.IOException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final Pattern TIMEOUT = Pattern.compile("no complete answer within (\\d+) ms");
    private static final Pattern IN_MEMORY = Pattern.compile("answers in memory +(\\d+), and (\\d+) sets");
    private static final Pattern IN_CACHE = Pattern.compile("answers in the cache +(\\d+)");
    /** The loopback address in a spelling that is not one of the literals which are always allowed. */
    private static final String MAPPED = "[::ffff:127.0.0.1]";

    private final AtomicInteger fresh = new AtomicInteger();
    private FakeLumid other;
    private FlowmeshCallers callers;
    private LogFile log;

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
     */
    private record Line(
            String pid,
            String property,
            Map<String, String> good,
            Object changed,
            Object usual,
            Effect effect,
            List<String> bad) {
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
                        .refuses("ftp://nowhere", "http://lum.id", "https://lum.id:port"),
                line(CORE, "org.id", core(Map.of("org.id", "live")), "live", "lumid", this::organisation)
                        .refuses("$[env:LUMID_NOT_SET]"),
                line(CORE, "client.id", core(client), basic("flow+mesh:kept%2Fsecret"), "", this::authorization)
                        .refuses("fl\u00f6w", ""),
                line(
                                CORE,
                                ".client.secret",
                                core(with(client, Map.of(".client.secret", "another"))),
                                basic("flow+mesh:another"),
                                "",
                                this::authorization)
                        .refuses("canary\u00e4", "VAULT://canary", ""),
                line(CORE, "cache.seconds", core(Map.of("cache.seconds", "0")), 2, 1, this::requestsForTwoCalls)
                        .refuses("-1", "86401", "a minute"),
                line(CORE, "cache.size", core(Map.of("cache.size", "1")), true, false, this::cacheHoldsOneAtMost)
                        .refuses("0", "many"),
                line(
                                CORE,
                                "request.timeout.ms",
                                core(Map.of("request.timeout.ms", "1500")),
                                "1500",
                                "2000",
                                this::timeout)
                        .refuses("60001"),
                line(CORE, "requests.in.flight", core(Map.of("requests.in.flight", "2")), 2, HELD, this::admitted)
                        .refuses("0", "1025"),
                line(
                                CORE,
                                "allow.http.hosts",
                                core(Map.of("allow.http.hosts", "lum.test, " + MAPPED, "base.url", mapped(lumid))),
                                MAPPED,
                                "127.0.0.1",
                                this::hostAskedFor)
                        .refuses("*.example.org", "http://lum.test"),
                line(
                                FLOWMESH,
                                "acl.db.path",
                                flowmesh(Map.of("acl.db.path", sibling("other.sqlite"))),
                                "denied by [other.sqlite-wal]",
                                "allowed by [acl.sqlite-wal]",
                                this::whatIsKept)
                        .refuses("", sibling("notes.txt")),
                line(
                                FLOWMESH,
                                "journal.mode",
                                flowmesh(Map.of("journal.mode", "rollback")),
                                Set.of(),
                                Set.of("acl.sqlite-wal"),
                                this::logs)
                        .refuses("memory"),
                line(
                                FLOWMESH,
                                "grant.cache.size",
                                flowmesh(Map.of("grant.cache.size", "0")),
                                false,
                                true,
                                this::answersFromMemory)
                        .refuses("-1", "10000001"),
                line(
                                FLOWMESH,
                                "fleet.kinds",
                                flowmesh(Map.of("fleet.kinds", "worker:read")),
                                200,
                                403,
                                this::readerOfAWorker)
                        .refuses("worker", "worker:write", "nonsense:read"),
                line(
                                FLOWMESH,
                                "claimable.kinds",
                                flowmesh(Map.of("claimable.kinds", "node")),
                                200,
                                403,
                                this::firstWhoAsksForANode)
                        .refuses("nonsense"));
    }

    @Test
    public void everyPropertyChangesUnderTrafficAndABadValueLeavesTheGoodOneInForce() throws Exception {
        try (FakeLumid second = knowing(FakeLumid.start())) {
            other = second;
            log = LogFile.from(data().resolve("log/lumid.log"));
            Files.writeString(Path.of(sibling("notes.txt")), "these are not the grants you look for ...");
            List<ResourceRef> kept = keep();
            Map<Long, String> lives = lives();
            List<String> trouble;
            callers = FlowmeshCallers.start(hooks, Set.of("lumid", "live"));
            try {
                for (Line line : table()) {
                    change(line);
                    assertEquals(line + " restarts nothing", lives, lives());
                }
            } finally {
                trouble = callers.stop();
            }

            System.out.printf(
                    "live settings: %d properties; calls: %d, rightly denied: %d, failed: %d, wrong: %d%n",
                    table().size(), callers.calls(), callers.denials(), callers.failed(), callers.wrong());
            assertEquals(List.of(), trouble);
            assertEquals(0, callers.failed() + callers.wrong());
            for (ResourceRef resource : kept) {
                hooks.require(ann(), resource, "write");
            }
        }
    }

    @Test
    public void everyPropertyThatAnOperatorIsShownOrAParserKnowsHasALine() throws Exception {
        other = lumid;
        Map<String, Set<String>> parsers = Map.of(CORE, IntrospectionSettings.KNOWN, FLOWMESH, AdapterSettings.KNOWN);
        for (String pid : parsers.keySet()) {
            Set<String> lines = table().stream()
                    .filter(line -> line.pid().equals(pid))
                    .map(Line::property)
                    .collect(toCollection(TreeSet::new));
            assertEquals("shown of " + pid, shown(pid), lines);
            assertEquals("known of " + pid, new TreeSet<>(parsers.get(pid)), lines);
        }
    }

    @Test
    public void aHostThatIsNotAllowedIsRefusedWithoutTls() throws Exception {
        log = LogFile.from(data().resolve("log/lumid.log"));
        set(CORE, core(Map.of("base.url", mapped(lumid))));
        Await.until("it is refused", () -> log.hasLine("ERROR", CORE + ": base.url", "is refused", mapped(lumid)));
        assertEquals("127.0.0.1", hostAskedFor());
    }

    /** There, refused, and back. */
    private void change(Line line) throws Exception {
        assertEquals(line + " before", line.usual(), line.effect().see());
        apply(line, line.good(), line.changed());
        callers.flow();
        for (String bad : line.bad()) {
            log.mark();
            set(line.pid(), with(line.good(), Map.of(line.property(), bad)));
            Await.until(line + " = \"" + bad + "\" is refused", () -> refused(line, bad));
            assertEquals(line + " after " + bad, line.changed(), line.effect().see());
            assertFalse(line + " shows a secret", line.isSecret() && log.text().contains("canary"));
            callers.flow();
        }
        apply(line, usual(line.pid()), line.usual());
        callers.flow();
    }

    private void apply(Line line, Map<String, String> properties, Object expected) throws Exception {
        Callable<Line> applied = () -> {
            set(line.pid(), properties);
            Await.until(
                    line + " shows as " + expected,
                    () -> expected.equals(line.effect().see()));
            return line;
        };
        if (line.property().equals("acl.db.path")) {
            callers.moving(applied);
        } else {
            applied.call();
        }
    }

    private boolean refused(Line line, String bad) throws IOException {
        String value = line.isSecret() ? "" : " = \"" + bad + "\"";
        // The settings are refused with a colon after the PID, a file with a blank.
        return log.hasLine("ERROR", line.pid() + ": " + line.property() + value + " is refused: it ")
                || log.hasLine("ERROR", line.pid() + " " + line.property() + value + " is refused: it ");
    }

    private Map<String, String> usual(String pid) {
        return pid.equals(CORE) ? core(Map.of()) : flowmesh(Map.of());
    }

    private Set<String> shown(String pid) throws Exception {
        ObjectClassDefinition shown = Lookup.service(container, MetaTypeService.class, "(objectClass=*)")
                .getMetaTypeInformation(bundleNamed(pid))
                .getObjectClassDefinition(pid, "en");
        return Arrays.stream(shown.getAttributeDefinitions(ObjectClassDefinition.ALL))
                .map(attribute -> attribute.getID())
                .collect(toCollection(TreeSet::new));
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
        return header("host").replaceFirst(":\\d+$", "");
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

    private boolean cacheHoldsOneAtMost() throws Exception {
        for (int i = 0; i < HELD; i++) {
            requestsForTwoCalls();
        }
        return figure(IN_CACHE, "lumid:tokens", 1) <= 1;
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
                for (int i = 1; i <= HELD; i++) {
                    String token = token();
                    lumid.mode(token, Mode.SLOW);
                    Future<Integer> status = asking.submit(() -> status(() -> hooks.authenticate(token)));
                    statuses.add(status);
                    int underWay = i;
                    Await.until("it is asked or turned away", () -> lumid.held() == underWay || status.isDone());
                }
                int admitted = lumid.held();
                lumid.release();
                int answered = 0;
                for (Future<Integer> status : statuses) {
                    answered += status.get() == 401 ? 1 : 0;
                }
                assertEquals("those turned away get 503", admitted, answered);
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
        return figure(IN_MEMORY, "lumid:store flowmesh", 1) > 0;
    }

    private int readerOfAWorker() {
        PrincipalContext ben = hooks.authenticate("ben-token");
        return status(() -> hooks.require(ben, ResourceKind.WORKER, "w-1", ResourceAction.READ));
    }

    private int firstWhoAsksForANode() {
        String node = "node-" + fresh.incrementAndGet();
        return status(() -> hooks.require(ann(), ResourceKind.NODE, node, ResourceAction.READ));
    }

    private long figure(Pattern figure, String command, int group) throws Exception {
        String shown = Shell.run(container, command);
        Matcher found = figure.matcher(shown);
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

    private static String mapped(FakeLumid lumid) {
        URI url = lumid.url();
        return "http://" + MAPPED + ":" + url.getPort();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    /** The beginning of a line. */
    private record Change(
            String pid, String property, Map<String, String> good, Object changed, Object usual, Effect effect) {
        Line refuses(String... bad) {
            return new Line(pid, property, good, changed, usual, effect, List.of(bad));
        }
    }

    private static Change line(
            String pid, String property, Map<String, String> good, Object changed, Object usual, Effect effect) {
        return new Change(pid, property, good, changed, usual, effect);
    }
}
