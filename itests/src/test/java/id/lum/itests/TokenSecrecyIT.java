package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.testing.Await;
import id.lum.testing.LiveFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Test;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ManagedService;
import org.slf4j.LoggerFactory;

/**
 * Values behind references, looked for wherever an operator or a stranger may look, with every log at TRACE, that of
 * the configuration service included. They are in the property that their owner gets, and nowhere else. In each place a
 * canary is planted first, which the same search must find.
 */
public class TokenSecrecyIT extends ReferenceTestSupport {
    private static final String CONSUMER = "id.lum.itests.consumer";

    private final Secrets hidden = new Secrets();
    private final Secrets canaries = new Secrets();
    /** What was seen, by the place where it was. */
    private final Map<String, StringBuilder> seen = new TreeMap<>();

    // One line for each; nothing else is needed to have one searched for.
    private final String bridge = hidden.invent("bridge secret", "*/*,*=");
    private final String rotated = hidden.invent("bridge secret, rotated", "*-*");
    private final String unfit = hidden.invent("bridge secret that cannot stand in a header", "*\n*");
    private final String password = hidden.invent("password in JSON", "*+*");
    private final String beside = hidden.invent("what stands beside it in JSON", "*.*");
    private final String told = hidden.invent("what a store tells in its exception", "*:*");
    private final String role = hidden.invent("metadata", "role=*,key=*");

    @Override
    protected String secret() {
        return bridge;
    }

    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        Path logging = folder.home().resolve("conf/logback.xml");
        try {
            String text = Files.readString(logging)
                    .replace("%logger{30}", "%logger")
                    .replace("<root level=\"INFO\">", "<root level=\"TRACE\">")
                    .replace(
                            "<logger name=\"org.apache.felix.configadmin\" level=\"INFO\"/>",
                            "<logger name=\"org.apache.felix.configadmin\" level=\"TRACE\"/>");
            if (text.split("TRACE", -1).length < 3) {
                throw new IllegalStateException("The shipped logging is not as it was.");
            }
            Files.writeString(logging, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return super.shipped(folder);
    }

    @Test
    public void valuesBehindReferencesAreInTheDeliveredPropertyAndNowhereElse() throws Exception {
        Map<String, String> planted = new LinkedHashMap<>();
        AtomicReference<String> delivered = new AtomicReference<>("");
        List<ServiceRegistration<?>> registrations = new ArrayList<>();
        registrations.add(container.registerService(
                ManagedService.class,
                properties -> Optional.ofNullable(properties)
                        .map(all -> String.valueOf(all.get("password")))
                        .ifPresent(delivered::set),
                new Hashtable<>(Map.of(Constants.SERVICE_PID, CONSUMER))));
        registrations.add(container.registerService(
                TokenStore.class,
                (TokenStore) this::somebodysStore,
                new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT"))));
        try {
            plant(planted, registrations);
            work(delivered);
            look();
            type();
        } finally {
            System.clearProperty("id.lum.canary");
            registrations.forEach(ServiceRegistration::unregister);
        }
        Configuration consumer = configurations.getConfiguration(CONSUMER, "?");
        consumer.delete();
        readFiles();

        planted.forEach((place, name) -> assertTrue(
                name,
                canaries.foundIn(seen.getOrDefault(place, new StringBuilder()).toString())
                        .contains(name)));
        assertEquals("no place without a canary", planted.keySet(), seen.keySet());
        List<String> leaks = new ArrayList<>();
        seen.forEach((place, text) -> hidden.foundIn(text.toString())
                .forEach(name -> leaks.add(name + " in " + place + ": "
                        + text.toString()
                                .lines()
                                .filter(line -> hidden.foundIn(line).contains(name))
                                .limit(3)
                                .toList())));
        assertEquals(List.of(), leaks);
    }

    /** What a store does, good and bad. */
    private String somebodysStore(String path, String metadata) throws TokenStoreException {
        return switch (path) {
            case "db" -> "{\"password\":\"" + password + "\",\"other\":\"" + beside + "\"}";
            case "refuses" -> throw new TokenStoreException(Reason.RETRIEVAL_FAILED, told);
            case "breaks" -> throw new IllegalStateException(told, new IOException(told + metadata));
            case "broken" -> "{\"password\":\"" + password;
            default -> "";
        };
    }

    private void work(AtomicReference<String> delivered) throws Exception {
        tokens(Map.of("allow", FLOWMESH + " FILE runmesh-*, " + CONSUMER + " VAULT *, " + CONSUMER + " FILE *"));
        bill(Map.of());
        awaitBillingHooks("usage");
        assertBilled("with the first");
        put("runmesh-bridge", rotated);
        runmesh.secret(rotated);
        assertBilled("with the rotated");
        awaitHeader(rotated);
        LogFile log = LogFile.from(data().resolve("log/lumid.log"));
        put("runmesh-bridge", unfit);
        Await.until("it is refused", () -> log.hasLine("ERROR", FLOWMESH, ".bridge.secret"));
        put("runmesh-bridge", rotated);
        int number = 0;
        for (String reference : List.of(
                "VAULT://db|password[" + role + "]",
                "VAULT://refuses[" + role + "]",
                "VAULT://breaks|password[" + role + "]",
                "VAULT://broken|password",
                "VAULT://db|nope",
                "VAULT://nothing",
                "VAULT://db|password[" + role + "[",
                "FILE://runmesh-bridge|key")) {
            String mark = "text " + number++ + ": ";
            set(CONSUMER, Map.of("password", mark + reference));
            Await.until(reference + " is delivered", () -> delivered.get().startsWith(mark));
            if (number == 1) {
                Await.until("its value is", () -> delivered.get().equals(mark + password));
            }
            shell("secrets:recheck");
            look();
        }
    }

    private void type() throws Exception {
        for (String command : List.of(
                "secrets:stores",
                "secrets:recheck",
                "secrets:test 'FILE://runmesh-bridge'",
                "secrets:test 'VAULT://db|password'",
                "secrets:test 'VAULT://db'",
                "secrets:test 'VAULT://db|nope'",
                "secrets:test 'VAULT://refuses'",
                "secrets:test 'VAULT://breaks'",
                "secrets:test 'VAULT://broken|password'",
                "secrets:test 'no reference'",
                "secrets:test 'VAULT://'",
                "secrets:stores")) {
            try {
                note("command", shell(command));
            } catch (Exception thrown) {
                note("exception", traced(thrown));
            }
        }
    }

    // Canaries

    private void plant(Map<String, String> planted, List<ServiceRegistration<?>> registrations) throws IOException {
        LoggerFactory.getLogger("org.apache.felix.configadmin.canary").trace(canary(planted, "log"));
        Files.writeString(data().resolve("lumid/canary"), canary(planted, "file"));
        System.setProperty("id.lum.canary", canary(planted, "JVM"));
        note("exception", traced(new IllegalStateException("outer", new IOException(canary(planted, "exception")))));
        registrations.add(container.registerService(
                Object.class, new Object(), new Hashtable<>(Map.of("canary", canary(planted, "service property")))));
        note("command", canary(planted, "command"));
        String described = canary(planted, "service");
        registrations.add(container.registerService(
                Described.class,
                new Described() {
                    @Override
                    public String toString() {
                        return described;
                    }
                },
                new Hashtable<>()));
        set("id.lum.itests.canary", Map.of("password", canary(planted, "configuration")));
    }

    private String canary(Map<String, String> planted, String place) {
        String name = "canary of the " + place;
        planted.put(place, name);
        return canaries.invent(name, "*");
    }

    /** A service that says more of itself than it should. */
    public interface Described {}

    // What can be seen

    private void note(String place, String text) {
        seen.computeIfAbsent(place, first -> new StringBuilder()).append(text).append('\n');
    }

    private static String traced(Throwable thrown) {
        return thrown + "\n"
                + Optional.ofNullable(thrown.getCause())
                        .map(TokenSecrecyIT::traced)
                        .orElse("");
    }

    private void look() throws Exception {
        for (ServiceReference<?> service : container.getAllServiceReferences(null, null)) {
            for (String key : service.getPropertyKeys()) {
                note("service property", key + "=" + Arrays.deepToString(new Object[] {service.getProperty(key)}));
            }
            if (service.getBundle().getSymbolicName().startsWith("id.lum.")
                    || ((String[]) service.getProperty(Constants.OBJECTCLASS))[0].equals(Described.class.getName())) {
                note("service", String.valueOf(container.getService(service)));
                container.ungetService(service);
            }
        }
        // Metadata is part of the reference, which is kept as it was written.
        for (Configuration configuration : configurations.listConfigurations(null)) {
            String text = configuration + " " + configuration.getProperties();
            note("configuration", text.replace(role, "[..]"));
        }
        Thread.getAllStackTraces().keySet().forEach(thread -> note("JVM", thread.getName()));
        Map<Object, Object> properties = Collections.unmodifiableMap(System.getProperties());
        properties.forEach((key, value) -> note("JVM", key + "=" + value));
    }

    /** An open database is not touched: closing another descriptor on it would drop SQLite's locks. */
    private void readFiles() throws Exception {
        configurations.getConfiguration(FLOWMESH, "?").delete();
        for (String name : List.of("acl", "outbox")) {
            Path log = database.resolveSibling(name + ".sqlite-wal");
            Await.until("the database is one file", () -> !Files.exists(log));
        }
        Path log = data().resolve("log");
        for (Path place : List.of(data(), etc())) {
            for (Path file : LiveFiles.below(place)) {
                if (!file.startsWith(secrets) && !file.toString().endsWith(".jar")) {
                    String text = LiveFiles.text(file);
                    // The configuration service logs what it is given: the reference, with its metadata.
                    note(file.startsWith(log) ? "log" : "file", file.startsWith(log) ? withoutGiven(text) : text);
                }
            }
        }
    }

    private String withoutGiven(String log) {
        return log.lines()
                .map(line -> line.contains("org.apache.felix.configadmin") ? line.replace(role, "[..]") : line)
                .reduce("", (all, line) -> all + line + "\n");
    }
}
