package id.lum.demo.internal;

import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.testing.contract.ClosableHook;
import id.lum.testing.contract.IdentityOutage;
import id.lum.testing.contract.IdentityProviderContract;
import id.lum.testing.contract.OptimizerProviderContract;
import id.lum.testing.contract.PermissionCheckerContract;
import id.lum.testing.contract.ResourceRegistrarContract;
import id.lum.testing.contract.SubmissionGuardContract;
import id.lum.testing.contract.SupplierResolverContract;
import id.lum.testing.contract.UsageSinkContract;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Each hook of the demo keeps what its interface promises. */
class DemoContractsTest {
    private static final String HOST = "flowmesh";

    @TempDir
    Path directory;

    private final Owners owners = new Owners();
    private final OwnerRegistrar registrar = new OwnerRegistrar(HOST, owners);
    private final OwnerPermissionChecker checker = new OwnerPermissionChecker(HOST, owners);

    @Nested
    class Identity extends IdentityProviderContract implements ClosableHook, IdentityOutage {
        private DemoRules rules;

        @BeforeEach
        void seedTokens() {
            rules = new DemoRules(Optional.of(new TokenFile(directory.resolve("tokens.json"))), Set.of());
        }

        @Override
        protected IdentityProvider provider() {
            return new DemoIdentityProvider(HOST, () -> rules);
        }

        @Override
        public String knownBearer() {
            return "demo-user-token";
        }

        @Override
        protected PrincipalContext principal() {
            return Principals.BOB;
        }

        @Override
        public void closeResource() {
            rules = DemoRules.NONE;
        }

        @Override
        public IdentityProvider unreachable() {
            DemoRules unreadable = new DemoRules(Optional.of(new TokenFile(directory)), Set.of());
            return new DemoIdentityProvider(HOST, () -> unreadable);
        }
    }

    @Nested
    class Guard extends SubmissionGuardContract {
        @Override
        protected SubmissionGuard guardThatAdmits(PrincipalContext principal) {
            return new DemoSubmissionGuard(HOST, () -> DemoRules.NONE);
        }

        @Override
        protected SubmissionGuard guardThatRefuses(PrincipalContext principal) {
            DemoRules blocking = new DemoRules(Optional.empty(), Set.of(principal.principalId()));
            return new DemoSubmissionGuard(HOST, () -> blocking);
        }
    }

    @Nested
    class Checker extends PermissionCheckerContract implements ClosableHook {
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
            return List.of(Principals.ALICE, Principals.BOB);
        }

        @Override
        public void closeResource() {
            owners.close();
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
            return "job";
        }

        @Override
        public void closeResource() {
            owners.close();
        }
    }

    @Nested
    class Sink extends UsageSinkContract<Object> implements ClosableHook {
        private final UsageLedger ledger = new UsageLedger();

        @Override
        protected UsageSink<Object> sink() {
            return new LedgerUsageSink(HOST, ledger);
        }

        @Override
        protected Object row(String work) {
            return UsageRows.task(work, "0.10");
        }

        @Override
        protected Collection<String> taken() {
            return ledger.describe()
                    .lines()
                    .filter(line -> line.startsWith("task "))
                    .map(line -> line.split(" ")[1])
                    .toList();
        }

        @Override
        public void closeResource() {
            ledger.close();
        }
    }

    @Nested
    class Supplier extends SupplierResolverContract {
        @Override
        protected SupplierResolver resolver() {
            return new DemoSupplierResolver(HOST);
        }

        @Override
        protected Worker claimed() {
            return new Worker("w-1", "", "acme", "", List.of(), Map.of());
        }

        @Override
        protected String supplier() {
            return "acme";
        }

        @Override
        protected Worker unclaimed() {
            return new Worker("w-2", "", "", "", List.of(), Map.of());
        }
    }

    @Nested
    class Optimizer extends OptimizerProviderContract {
        @Override
        protected OptimizerProvider provider() {
            return new RoundRobinOptimizerProvider("lumilake");
        }
    }
}
