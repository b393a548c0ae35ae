package com.example.store;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.contract.TokenStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class PropertiesTokenStoreTest extends TokenStoreContract {
    @TempDir
    Path folder;

    @BeforeEach
    void writeSecrets() throws IOException {
        Files.writeString(folder.resolve("secrets.properties"), "runmesh-bridge=bridge-secret-4711\nnot-yet=\n");
    }

    @Override
    protected TokenStore store() {
        return new PropertiesTokenStore(Map.of("file", folder.resolve("secrets.properties")));
    }

    @Override
    protected String path() {
        return "runmesh-bridge";
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
