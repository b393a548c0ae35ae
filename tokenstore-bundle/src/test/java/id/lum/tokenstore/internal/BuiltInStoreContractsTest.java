package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.contract.TokenStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Both built-in stores keep what the interface promises. */
class BuiltInStoreContractsTest {
    private static final String VALUE = "a-value-of-the-contract-test";

    @Nested
    class InFiles extends TokenStoreContract {
        @TempDir
        Path root;

        @BeforeEach
        void writeSecret() throws IOException {
            Files.createDirectory(root.resolve("database"));
            Files.writeString(root.resolve("database/password"), VALUE + "\n");
        }

        @Override
        protected TokenStore store() {
            return new FileStore(root);
        }

        @Override
        protected String path() {
            return "database/password";
        }

        @Override
        protected String value() {
            return VALUE;
        }

        @Override
        protected String absentPath() {
            return "database/user";
        }
    }

    @Nested
    class InEnvironment extends TokenStoreContract {
        @Override
        protected TokenStore store() {
            return new EnvironmentStore(Set.of("PASSWORD", "EMPTY"), Map.of("PASSWORD", VALUE, "EMPTY", "")::get);
        }

        @Override
        protected String path() {
            return "PASSWORD";
        }

        @Override
        protected String value() {
            return VALUE;
        }

        @Override
        protected String absentPath() {
            return "EMPTY";
        }
    }
}
