package id.lum.goplugin.internal;

import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.plugin.PluginOutput;
import id.lum.support.plugin.PluginRefused;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Makes a process out of a plugin's file. */
final class PluginStarter {
    static final String COOKIE = "CONFIGMANAGER_PLUGIN";

    /** Of the logger of each plugin; its prefix follows. */
    private static final String OUTPUT_LOGGER = "id.lum.goplugin.output.";

    private static final String THREADS = "lumid-goplugin ";

    private static final File NOTHING_TO_READ = new File("/dev/null");

    private final WorkFolder folder;
    private final Map<String, String> environment;

    /** @param environment of which a plugin gets what its rules allow */
    PluginStarter(WorkFolder folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Checks the file of a plugin, and copies it.
     *
     * @return what can be run; the caller discards it
     * @throws PluginStartFailed if the file may not be run, or not be copied
     */
    PluginCopy copy(PluginSpec spec) throws PluginStartFailed {
        try {
            folder.checkPermissions(spec.file());
            return folder.copy(spec);
        } catch (PluginRefused refused) {
            throw new PluginStartFailed(refused.getMessage());
        } catch (IOException failed) {
            throw new PluginStartFailed("it cannot be copied to the work folder ("
                    + failed.getClass().getSimpleName() + ")");
        }
    }

    /** Deletes a copy, of which no process is left. */
    void discard(PluginCopy copy) {
        folder.discard(copy);
    }

    /**
     * Runs a plugin.
     *
     * @param copy what is run; one process at a time
     * @param cookie by which the plugin knows its host
     * @return a process that serves; the caller closes it
     * @throws PluginStartFailed if there is none; nothing is left of it then
     * @throws InterruptedException if the caller was interrupted; nothing is left of it then
     */
    PluginProcess start(PluginSpec spec, PluginCopy copy, String cookie)
            throws PluginStartFailed, InterruptedException {
        StopDeadline deadline = StopDeadline.within(spec.startTimeout(), System::nanoTime);
        ProcessRecord record = prepare(copy);
        PluginProcess process;
        Optional<ClientIdentity> identity;
        try {
            identity = spec.mutualTls() ? Optional.of(ClientIdentity.create(Instant.now())) : Optional.empty();
            process = launch(spec, cookie, identity, record);
        } catch (IOException failed) {
            folder.records().processEnded(record);
            throw new PluginStartFailed("it cannot be executed; is the work folder on a file system for executables?");
        } catch (GeneralSecurityException | RuntimeException | Error failed) {
            folder.records().processEnded(record);
            throw new IllegalStateException(failed);
        }
        try {
            Handshake handshake = Handshake.parse(
                    process.firstLine(deadline.left()), record.sockets().orElseThrow());
            process.connect(connection(spec, handshake, identity), deadline.left());
            return process;
        } catch (PluginStartFailed | InterruptedException | RuntimeException | Error failed) {
            process.kill();
            process.close();
            throw failed;
        }
    }

    private ProcessRecord prepare(PluginCopy copy) throws PluginStartFailed {
        try {
            return folder.prepare(copy);
        } catch (IOException failed) {
            throw new PluginStartFailed(
                    "there is no folder for its socket (" + failed.getClass().getSimpleName() + ")");
        }
    }

    private PluginProcess launch(
            PluginSpec spec, String cookie, Optional<ClientIdentity> identity, ProcessRecord record)
            throws IOException {
        Path sockets = record.sockets().orElseThrow();
        ProcessBuilder builder = new ProcessBuilder(record.executable().toString())
                .directory(sockets.toFile())
                .redirectInput(NOTHING_TO_READ);
        Map<String, String> variables = builder.environment();
        variables.clear();
        variables.putAll(spec.environment().allowed(environment));
        // After those of the container, which must not decide about the protocol.
        variables.put(COOKIE, cookie);
        variables.put("PLUGIN_PROTOCOL_VERSIONS", "1");
        variables.put("PLUGIN_MIN_PORT", "10000");
        variables.put("PLUGIN_MAX_PORT", "25000");
        // Plugins built with a library before 1.5 know the first of the two alone.
        variables.put("TMPDIR", sockets.toString());
        variables.put("PLUGIN_UNIX_SOCKET_DIR", sockets.toString());
        identity.ifPresent(ours -> variables.put("PLUGIN_CLIENT_CERT", ours.pem()));
        Process process = folder.launch(builder, record);
        PluginOutput output = new PluginOutput(
                spec.output(), LoggerFactory.getLogger(OUTPUT_LOGGER + spec.prefix()), System::nanoTime);
        return new PluginProcess(THREADS + spec.prefix(), process, output, folder.records(), record);
    }

    private static PluginConnection connection(PluginSpec spec, Handshake handshake, Optional<ClientIdentity> identity)
            throws PluginStartFailed {
        boolean offersTls = handshake.certificate().length > 0;
        if (identity.isPresent() != offersTls) {
            throw new PluginStartFailed(
                    offersTls
                            ? "it talks TLS although AutoMTLS is off"
                            : "it does not talk TLS although AutoMTLS is on");
        }
        String name = THREADS + spec.prefix() + " gRPC";
        if (identity.isEmpty()) {
            return PluginConnection.plain(name, handshake.address());
        }
        try {
            return PluginConnection.encrypted(
                    name, handshake.address(), identity.get().sockets(handshake.certificate()));
        } catch (GeneralSecurityException malformed) {
            throw new PluginStartFailed("its certificate cannot be read");
        }
    }
}
