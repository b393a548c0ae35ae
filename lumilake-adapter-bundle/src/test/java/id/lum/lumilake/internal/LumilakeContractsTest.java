package id.lum.lumilake.internal;

import id.lum.core.identity.CoreConfiguration;
import id.lum.core.identity.Introspection;
import id.lum.core.identity.IntrospectionSettings;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeOptimizer;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.EmptyFramework;
import id.lum.testing.contract.ClaimContract;
import id.lum.testing.contract.ClosableHook;
import id.lum.testing.contract.IdentityOutage;
import id.lum.testing.contract.IdentityProviderContract;
import id.lum.testing.contract.OptimizerProviderContract;
import id.lum.testing.contract.PermissionCheckerContract;
import id.lum.testing.contract.ResourceRegistrarContract;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Each hook of the adapter keeps what its interface promises, over what a configuration of the adapter opens. */
class LumilakeContractsTest {
    @TempDir
    Path folder;

    private final FakeLumid lumid = FakeLumid.start().issue("ann-token", "ann", "ann@example.com", "lumilake:x");
    private final FakeOptimizer optimizer = FakeOptimizer.start("Greedy");
    private final Introspection introspection = new Introspection(IntrospectionSettings.parse(DeclaredSettings.of(
            CoreConfiguration.class, "id.lum.test", Map.of("base.url", lumid.url(), "request.timeout.ms", "30000"))));
    private EmptyFramework framework;
    private SingletonConfiguration.Owner adapter;
    private PermissionChecker checker;
    private ResourceRegistrar registrar;

    @BeforeEach
    void startTheAdapter() throws Exception {
        framework = new EmptyFramework(folder.resolve("framework"));
        framework.context().registerService(Introspection.class, introspection, new Hashtable<>());
        adapter = LumilakeAdapter.open(
                framework.context(),
                Map.of(
                        "acl.db.path", folder.resolve("acl.sqlite").toString(),
                        "claimable.kinds", "object-prefix",
                        "optimizer.url", optimizer.url().toString()));
        checker = framework.awaitService(PermissionChecker.class);
        registrar = framework.awaitService(ResourceRegistrar.class);
    }

    @AfterEach
    void stop() throws Exception {
        adapter.close();
        introspection.close();
        framework.close();
        optimizer.close();
        lumid.close();
    }

    @Nested
    class Identity extends IdentityProviderContract implements ClosableHook, IdentityOutage {
        @Override
        protected IdentityProvider provider() {
            return framework.awaitService(IdentityProvider.class);
        }

        @Override
        public String knownBearer() {
            return "ann-token";
        }

        @Override
        protected PrincipalContext principal() {
            return new PrincipalContext("ann", "lumid", "ann", "user", List.of("lumilake:x"));
        }

        @Override
        public void closeResource() {
            introspection.close();
        }

        @Override
        public IdentityProvider unreachable() {
            lumid.stop();
            return provider();
        }
    }

    @Nested
    class Checker extends PermissionCheckerContract implements ClosableHook, ClaimContract {
        @Override
        protected PermissionChecker checker() {
            return checker;
        }

        @Override
        protected void own(PrincipalContext owner, ResourceRef resource) {
            registrar.register(owner, resource);
        }

        @Override
        protected String kind() {
            return "job";
        }

        @Override
        protected List<PrincipalContext> others() {
            return List.of(
                    new PrincipalContext("root", "lumid", "root", "user", List.of("flowmesh:admin")),
                    new PrincipalContext("eve", "lumid", "eve", "user", List.of("lumilake:jobs:read")));
        }

        @Override
        public PermissionChecker claimingChecker() {
            return checker;
        }

        @Override
        public String claimableKind() {
            return "object-prefix";
        }

        @Override
        public void closeResource() {
            adapter.close();
        }
    }

    @Nested
    class Registrar extends ResourceRegistrarContract implements ClosableHook {
        @Override
        protected ResourceRegistrar registrar() {
            return registrar;
        }

        @Override
        protected PermissionChecker checker() {
            return checker;
        }

        @Override
        protected String kind() {
            return "artifact";
        }

        @Override
        public void closeResource() {
            adapter.close();
        }
    }

    @Nested
    class Optimizer extends OptimizerProviderContract implements ClosableHook {
        @Override
        protected OptimizerProvider provider() {
            return framework.awaitService(OptimizerProvider.class);
        }

        @Override
        public void closeResource() {
            adapter.close();
        }
    }
}
