package id.lum.goplugin.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.contract.TokenStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One process for all of them: it takes a while to start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginStoreContractTest extends TokenStoreContract {
    private PluginSupervisor supervisor;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        PluginFiles files = PluginFiles.in(folder);
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("bridge"), "bridge-secret-4711");
        Files.createFile(secrets.resolve("not-yet"));
        supervisor = new PluginSupervisor(
                Specs.withEnvironment(files.spec(files.server()), GoPluginServer.SECRETS),
                new PluginStarter(files.workFolder(), Map.of(GoPluginServer.SECRETS, secrets.toString())),
                serves -> {});
        supervisor.open();
    }

    @AfterAll
    void close() {
        supervisor.close();
    }

    @Override
    protected TokenStore store() {
        return new PluginStore(supervisor);
    }

    @Override
    protected String path() {
        return "bridge";
    }

    @Override
    protected String value() {
        return "bridge-secret-4711";
    }

    @Override
    protected String absentPath() {
        return "not-yet";
    }
}
