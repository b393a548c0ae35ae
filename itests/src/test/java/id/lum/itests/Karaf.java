package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;

/** A stock Karaf started by {@code bin/karaf} as a process of its own, and its shell from outside. */
final class Karaf implements AutoCloseable {
    private static final String OURS = "(hooks|lumid|flowmesh|demo|\\$).*";

    private final Path home;
    private final String shellPort = freePort();
    private final String beansPort = freePort();
    private final SshClient ssh = SshClient.setUpDefaultClient();
    private Optional<Process> process = Optional.empty();

    private Karaf(Path home) throws IOException {
        this.home = home;
        // Made anew for each container.
        ssh.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        ssh.start();
    }

    /**
     * Unpacks it. Nothing can be fetched: there is no repository, and the local one is empty.
     *
     * @param name a name of its own for the folder, below the build folder
     */
    static Karaf unpack(String name) throws Exception {
        Path place = Path.of(System.getProperty("lumid.containers"), name).toAbsolutePath();
        ShippedFolder.delete(place);
        Files.createDirectories(place.resolve("no-repository"));
        Process tar = new ProcessBuilder(
                        "tar",
                        "xzf",
                        System.getProperty("karaf.archive"),
                        "--strip-components=1",
                        "-C",
                        place.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        Karaf karaf = new Karaf(place);
        karaf.edit(
                "org.ops4j.pax.url.mvn.cfg",
                "(?ms)^org\\.ops4j\\.pax\\.url\\.mvn\\.repositories=.*?[^\\\\]$",
                "org.ops4j.pax.url.mvn.repositories=\norg.ops4j.pax.url.mvn.localRepository="
                        + place.resolve("no-repository"));
        karaf.edit("org.apache.karaf.shell.cfg", "(?m)^sshPort = .*$", "sshPort = " + karaf.shellPort);
        karaf.edit("org.apache.karaf.shell.cfg", "(?m)^sshHost = .*$", "sshHost = 127.0.0.1");
        String management = "org.apache.karaf.management.cfg";
        karaf.edit(management, "(?m)^rmiRegistryPort = .*$", "rmiRegistryPort = " + karaf.beansPort);
        karaf.edit(management, "(?m)^rmiServerPort = .*$", "rmiServerPort = " + freePort());
        // Whatever this machine calls itself: it need not be reached by that.
        Files.writeString(
                karaf.etc().resolve("system.properties"),
                "\njava.rmi.server.hostname = 127.0.0.1\n",
                StandardOpenOption.APPEND);
        return karaf;
    }

    /** A user of the shell, whose password is the name. */
    Karaf user(String name, String... roles) throws IOException {
        Path users = etc().resolve("users.properties");
        Files.writeString(
                users, Files.readString(users) + "\n" + name + " = " + name + "," + String.join(",", roles) + ",ssh\n");
        return this;
    }

    /** Starts it, and waits for the shell. */
    void start(String user, Map<String, String> environment) throws Exception {
        ProcessBuilder command = command("karaf", "daemon")
                .redirectOutput(home.resolve("console.txt").toFile());
        command.environment().putAll(environment);
        process = Optional.of(command.start());
        // A command ends the session if it is not there yet.
        Await.until(
                "Karaf is up",
                () -> types(user, "kar:list", "feature:list", "echo hello").contains("hello"));
    }

    /** Ends it as a service manager does. */
    void stop() throws InterruptedException {
        Process running = process.orElseThrow();
        running.destroy();
        assertThat(running.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        process = Optional.empty();
    }

    /** As SIGKILL: Karaf ends at once, and nothing that it has started. */
    void kill() {
        handle().destroyForcibly();
        process.orElseThrow().onExit().join();
        process = Optional.empty();
    }

    ProcessHandle handle() {
        return process.orElseThrow().toHandle();
    }

    /**
     * Types lines in one session, as {@link #typesByClient} does, without a virtual machine for each.
     *
     * @return what is shown; what went wrong, if there was no session
     */
    String types(String user, String... lines) {
        try (ClientSession session = ssh.connect(user, "127.0.0.1", Integer.parseInt(shellPort))
                .verify(Await.BOUND)
                .getSession()) {
            session.addPasswordIdentity(user);
            session.auth().verify(Await.BOUND);
            ByteArrayOutputStream shown = new ByteArrayOutputStream();
            try (ChannelExec channel = session.createExecChannel(script(lines))) {
                channel.setOut(shown);
                channel.setErr(shown);
                channel.open().verify(Await.BOUND);
                assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Await.BOUND))
                        .contains(ClientChannelEvent.CLOSED);
            }
            return shown.toString(StandardCharsets.UTF_8);
        } catch (IOException notThere) {
            return notThere.toString();
        }
    }

    /** Types lines in one session of {@code bin/client}; the first that fails ends it. */
    String typesByClient(String user, String... lines) throws Exception {
        Path script = Files.writeString(Files.createTempFile(home, "typed", ".txt"), script(lines) + "\n");
        Process client = command("client", "-a", shellPort, "-u", user, "-p", user, "-b")
                .redirectInput(script.toFile())
                .start();
        String shown = new String(client.getInputStream().readAllBytes());
        assertThat(client.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return shown;
    }

    /** The shell shows what a command prints, and not what it returns. */
    private static String script(String... lines) {
        return Stream.of(lines)
                .map(line -> line.matches(OURS) ? "echo (" + line + ")" : line)
                .collect(Collectors.joining("\n"));
    }

    /** What the bean of SCR tells of components, by JMX. */
    String components(String user) throws Exception {
        JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + beansPort + "/karaf-root");
        Map<String, Object> login = Map.of(JMXConnector.CREDENTIALS, new String[] {user, user});
        try (JMXConnector beans = JMXConnectorFactory.connect(url, login)) {
            return String.valueOf(beans.getMBeanServerConnection()
                    .getAttribute(new ObjectName("org.apache.karaf:type=scr,name=root"), "ComponentConfigs"));
        }
    }

    Operator operatedBy(String user) {
        return new Operator() {
            @Override
            public String types(String... lines) throws Exception {
                return Karaf.this.types(user, lines);
            }

            @Override
            public Path etc() {
                return Karaf.this.etc();
            }
        };
    }

    Path home() {
        return home;
    }

    Path etc() {
        return home.resolve("etc");
    }

    Path log() {
        return home.resolve("data/log/karaf.log");
    }

    /** Changes a file of {@code etc}. */
    void edit(String file, String what, String with) throws IOException {
        EditedFile.replace(etc().resolve(file), what, with);
    }

    private ProcessBuilder command(String script, String... arguments) {
        List<String> words =
                new ArrayList<>(List.of(home.resolve("bin").resolve(script).toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder command = new ProcessBuilder(words).redirectErrorStream(true);
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().keySet().removeIf(name -> name.startsWith("KARAF_") || name.equals("JAVA_OPTS"));
        command.environment().put("EXTRA_JAVA_OPTS", Javas.options());
        return command;
    }

    private static String freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(free.getLocalPort());
        }
    }

    @Override
    public void close() {
        ssh.stop();
        process.ifPresent(running -> {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly().onExit().join();
        });
    }
}
