package id.lum.wasi.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.support.plugin.OutputMode;
import id.lum.testing.contract.TokenStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A module in C that reads files keeps the promises of every store. */
class ModuleStoreContractTest extends TokenStoreContract {
    @TempDir
    private Path folder;

    private final ExecutorService threads = TestModules.threads();
    private ModuleStore store;

    @BeforeEach
    void load() throws Exception {
        Path secrets = Files.createDirectories(folder.resolve("secrets/database"));
        Files.writeString(secrets.resolve("password"), value());
        Sandbox sandbox = new Sandbox(Map.of(), Optional.of(folder.resolve("secrets")), false, TestModules.PAGES);
        store = new ModuleStore(
                new ModuleFolder(folder).load(TestModules.fileStore(), sandbox, OutputMode.LEVELS, threads));
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @Override
    protected TokenStore store() {
        return store;
    }

    @Override
    protected String path() {
        return "database/password";
    }

    @Override
    protected String value() {
        return "the-password-of-the-database";
    }

    @Override
    protected String absentPath() {
        return "database/absent";
    }
}
