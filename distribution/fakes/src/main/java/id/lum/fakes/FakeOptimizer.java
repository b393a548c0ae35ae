package id.lum.fakes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A remote optimizer for tests: a real HTTP/1.1 server on a loopback port, with a catalog and schedules that deal the
 * nodes out in turn, unless it was told to answer otherwise. One that is absent at first was stopped before anybody
 * asked.
 *
 * <p>It is strict: a request that is not as the protocol says is answered with 400, 404 or 405, and is in
 * {@link #violations}. Next the bearer is looked at; only then what it was told to answer.
 *
 * <p>The nodes of a graph are its {@code nodes}: a list of names, a list of objects with an {@code id}, or an object by
 * name.
 */
public final class FakeOptimizer extends FakeServer {
    private static final String CATALOG = "/api/v1/optimizer";
    private static final String SCHEDULE = "/api/v1/optimizer/schedule";

    private final Script<Answer> catalog = new Script<>();
    private final Script<Answer> schedules = new Script<>();
    private final RingBuffer<Optional<String>> catalogAuthorizations = new RingBuffer<>();
    private final RingBuffer<Optional<String>> scheduleAuthorizations = new RingBuffer<>();
    private volatile List<String> types;
    private volatile Optional<String> catalogToken = Optional.empty();

    private FakeOptimizer(int port, List<String> types) throws IOException {
        super("optimizer", port);
        this.types = types;
    }

    /** Starts one on a free port that offers these types and demands no token for its catalog. */
    public static FakeOptimizer start(String... types) {
        return startOn(0, types);
    }

    /** Starts one on this port. */
    public static FakeOptimizer startOn(int port, String... types) {
        return started(() -> new FakeOptimizer(port, List.of(types)));
    }

    /** Offers these types from now on. */
    public void offer(String... changed) {
        types = List.of(changed);
    }

    /** Demands this bearer token for the catalog from now on. */
    public void demandForCatalog(String token) {
        catalogToken = Optional.of(token);
    }

    /** What is answered instead of the catalog. */
    public Script<Answer> catalog() {
        return catalog;
    }

    /** What is answered instead of a schedule. */
    public Script<Answer> schedules() {
        return schedules;
    }

    /** The {@code Authorization} of the latest requests for the catalog, right or wrong, oldest first. */
    public List<Optional<String>> catalogAuthorizations() {
        return catalogAuthorizations.list();
    }

    /** The {@code Authorization} of the latest requests for a schedule, right or wrong, oldest first. */
    public List<Optional<String>> scheduleAuthorizations() {
        return scheduleAuthorizations.list();
    }

    /** The latest requests, oldest first. */
    public List<Received> latest() {
        return received().list();
    }

    public Received last() {
        return received().last();
    }

    @Override
    Answer answer(Received request) throws IOException {
        return switch (request.path()) {
            case CATALOG -> allowed(request, "GET") ? catalog(request) : Answer.of(405, "");
            case SCHEDULE -> allowed(request, "POST") ? schedule(request) : Answer.of(405, "");
            case ELSEWHERE -> followed(Answer.json(offered()));
            default -> unknownPath();
        };
    }

    private Answer catalog(Received request) {
        Optional<String> authorization = request.header("authorization");
        catalogAuthorizations.add(authorization);
        Optional<String> demanded = catalogToken.map(token -> "Bearer " + token);
        if (demanded.isPresent() && !demanded.equals(authorization)) {
            return Answer.of(401, "");
        }
        return catalog.take().orElseGet(() -> Answer.json(offered()));
    }

    private String offered() {
        ObjectNode offered = StrictJsonObject.object();
        types.forEach(offered.putArray("types")::add);
        return offered.toString();
    }

    private Answer schedule(Received request) throws ProtocolException {
        Optional<String> authorization = request.header("authorization");
        scheduleAuthorizations.add(authorization);
        StrictJsonObject members = StrictJsonObject.of(
                "schedule",
                request.json(),
                "graph",
                "worker_names",
                "worker_profiles",
                "data_profile_results",
                "optimizer_type");
        JsonNode graph = members.object("graph");
        List<String> workers = members.names("worker_names");
        members.object("worker_profiles");
        members.objectOrNull("data_profile_results");
        String type = members.text("optimizer_type");
        if (authorization.filter(value -> value.startsWith("Bearer ")).isEmpty()) {
            return Answer.of(401, "");
        }
        return schedules.take().orElseGet(() -> dealt(type, workers, nodes(graph)));
    }

    private Answer dealt(String type, List<String> workers, List<String> nodes) {
        if (workers.isEmpty() || types.stream().noneMatch(type::equalsIgnoreCase)) {
            return Answer.of(400, "{\"detail\":\"no such optimizer, or no worker\"}");
        }
        ObjectNode answer = StrictJsonObject.object();
        ObjectNode assignment = answer.putObject("worker_assignment");
        List<ArrayNode> hands = workers.stream().map(assignment::putArray).toList();
        for (int i = 0; i < nodes.size(); i++) {
            hands.get(i % hands.size()).add(nodes.get(i));
        }
        return Answer.json(answer.toString());
    }

    private static List<String> nodes(JsonNode graph) {
        JsonNode nodes = graph.path("nodes");
        List<String> names = new ArrayList<>();
        if (nodes.isObject()) {
            nodes.fieldNames().forEachRemaining(names::add);
        } else {
            nodes.forEach(node -> names.add((node.isObject() ? node.path("id") : node).asText()));
        }
        return names;
    }
}
