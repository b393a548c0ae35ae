package id.lum.tour.internal;

import id.lum.fakes.Entry;
import id.lum.fakes.FakeRunmesh;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The Runmesh of the tour: a server on this machine whose ledger is a file, and so outlives the container. */
final class PlayedRunmesh {
    /** As in the tour's {@code id.lum.flowmesh.cfg}. */
    private static final String SECRET = "bridge-secret-of-the-tour";

    private final LiveSettings settings;
    private final FakeRunmesh server;

    PlayedRunmesh(LiveSettings settings, Path data) {
        this.settings = settings;
        this.server = FakeRunmesh.startOn(0, SECRET, data.resolve("runmesh-ledger"))
                .balance("bob@example.com", true, "12.50")
                .balance("alice@example.com", true, "80.00")
                .balance("tess@example.com", true, "1.00")
                .balance("tim@example.com", true, "1.00")
                .balance("carol@example.com", false, "0.003");
    }

    /** Has its URL configured, live. */
    void putInPlace() {
        settings.change("id.lum.flowmesh", "billing.base.url", server.url().toString());
    }

    /** Whose task was billed, and for how much, in the order of the ledger. */
    String ledger() {
        return server.ledger().entries().stream().map(PlayedRunmesh::line).collect(Collectors.joining(", "));
    }

    private static String line(Entry entry) {
        return entry.userSub() + " " + entry.taskId() + " $" + entry.cost();
    }

    String total() {
        return "$" + server.ledger().total().toPlainString();
    }
}
