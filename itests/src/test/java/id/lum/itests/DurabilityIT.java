package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import id.lum.core.policy.Sharing;
import id.lum.hooks.ResourceRef;
import id.lum.testing.Await;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/**
 * What was acknowledged survives a power cut only if the connection that wrote it waited for the disk. Every connection
 * that writes is asked, each time one was opened in another way, and the operator's command says the same.
 */
public class DurabilityIT extends FlowmeshTestSupport {
    private static final Pattern SHOWN = Pattern.compile("^synchronous +(\\w+)\\s*$", Pattern.MULTILINE);

    /** SQLite's numbers for them. */
    private static final Map<String, String> NUMBERS = Map.of("FULL", "2", "EXTRA", "3");

    private WeakReference<Connection> last = new WeakReference<>(null);
    private int written;

    @Test
    public void everyConnectionThatWritesWaitsForTheDiskHoweverItWasOpened() throws Exception {
        expect("at the start", "FULL", "wal");
        set(FLOWMESH, flowmesh(Map.of("journal.mode", "rollback")));
        expect("opened again with a rollback journal", "EXTRA", "delete");
        Map<String, String> elsewhere =
                Map.of("acl.db.path", database.resolveSibling("other.sqlite").toString());
        set(FLOWMESH, flowmesh(with(elsewhere, Map.of("journal.mode", "rollback"))));
        expect("another file with a rollback journal", "EXTRA", "delete");
        bundleNamed(FLOWMESH).update();
        expect("an updated adapter with a rollback journal", "EXTRA", "delete");
        set(FLOWMESH, flowmesh(elsewhere));
        expect("opened again with a write-ahead log", "FULL", "wal");
        set(FLOWMESH, flowmesh(Map.of()));
        expect("another file with a write-ahead log", "FULL", "wal");
        bundleNamed(FLOWMESH).update();
        expect("an updated adapter with a write-ahead log", "FULL", "wal");
    }

    private void expect(String when, String synchronous, String journal) throws Exception {
        String expected = NUMBERS.get(synchronous) + " " + journal;
        Await.until(when + ", another connection writes, alone, and has " + expected, () -> isSo(expected));
        Connection writer = writers().get(0);
        hooks.register(hooks.authenticate("ann-token"), ResourceRef.of("workflow", "written-" + ++written));
        assertEquals(when + ", after a write", expected, durability(writer));
        assertEquals(when + ", to an operator", synchronous, shown());
        // Held any tighter, it would be counted once it is closed.
        last = new WeakReference<>(writer);
    }

    /** And none is held by anybody else. One that is just being closed is no answer. */
    private boolean isSo(String expected) throws Exception {
        try {
            List<Connection> writers = writers();
            return writers.size() == 1
                    && writers.get(0) != last.get()
                    && durability(writers.get(0)).equals(expected)
                    && SqliteConnections.reachableFrom(grants()).size() == SqliteConnections.inThisJvm();
        } catch (SQLException closing) {
            return false;
        }
    }

    /** The connections that can write. */
    private List<Connection> writers() throws Exception {
        List<Connection> writers = new ArrayList<>();
        for (Connection connection : SqliteConnections.reachableFrom(grants())) {
            if (SqliteConnections.pragma(connection, "query_only").equals("0")) {
                writers.add(connection);
            }
        }
        return writers;
    }

    /** What a connection says of itself. */
    private static String durability(Connection connection) throws SQLException {
        return SqliteConnections.pragma(connection, "synchronous") + " "
                + SqliteConnections.pragma(connection, "journal_mode");
    }

    private Sharing grants() throws Exception {
        return Lookup.service(container, Sharing.class, "(hook.host=flowmesh)");
    }

    private String shown() throws Exception {
        String metrics = Shell.run(container, "lumid:store flowmesh");
        Matcher shown = SHOWN.matcher(metrics);
        assertTrue(metrics, shown.find());
        return shown.group(1);
    }
}
