package id.lum.flowmesh.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import id.lum.core.identity.CoreConfiguration;
import id.lum.core.identity.Introspection;
import id.lum.core.identity.IntrospectionSettings;
import id.lum.core.policy.Sharing;
import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeRunmesh;
import id.lum.flowmesh.internal.billing.BalanceCheck;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.hooks.flowmesh.Worker;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.Await;
import id.lum.testing.EmptyFramework;
import id.lum.testing.contract.ClaimContract;
import id.lum.testing.contract.ClosableHook;
import id.lum.testing.contract.IdentityOutage;
import id.lum.testing.contract.IdentityProviderContract;
import id.lum.testing.contract.PermissionCheckerContract;
import id.lum.testing.contract.ResourceRegistrarContract;
import id.lum.testing.contract.SubmissionGuardContract;
import id.lum.testing.contract.SupplierResolverContract;
import id.lum.testing.contract.UsageSinkContract;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Each hook of the adapter keeps what its interface promises, over what a configuration of the adapter opens. */
class FlowmeshContractsTest {
    private static final String SECRET = "bridge-of-the-contract";

    @TempDir
    Path folder;

    private final FakeLumid lumid = FakeLumid.start().issue("ann-token", "ann", "ann@example.com", "flowmesh:x");
    private final FakeRunmesh runmesh = FakeRunmesh.start(SECRET);
    private final Introspection introspection = introspection();
    private final Map<String, String> emails = new HashMap<>();
    private EmptyFramework framework;
    private SingletonConfiguration.Owner adapter;
    private PermissionChecker checker;
    private ResourceRegistrar registrar;

    @BeforeEach
    void startTheAdapter() throws Exception {
        framework = new EmptyFramework(folder.resolve("framework"));
        framework.context().registerService(Introspection.class, introspection, new Hashtable<>());
        adapter = FlowmeshAdapter.open(
                framework.context(),
                Map.of(
                        "acl.db.path",
                        folder.resolve("acl.sqlite").toString(),
                        "outbox.db.path",
                        folder.resolve("outbox.sqlite").toString(),
                        "claimable.kinds",
                        "worker",
                        "billing.base.url",
                        runmesh.url().toString(),
                        ".bridge.secret",
                        SECRET,
                        "balance.guard",
                        "on"));
        checker = framework.awaitService(PermissionChecker.class);
        registrar = framework.awaitService(ResourceRegistrar.class);
    }

    @AfterEach
    void stop() throws Exception {
        adapter.close();
        introspection.close();
        framework.close();
        runmesh.close();
        lumid.close();
    }

    private Introspection introspection() {
        return new Introspection(IntrospectionSettings.parse(DeclaredSettings.of(
                CoreConfiguration.class,
                "id.lum.test",
                Map.of("base.url", lumid.url(), "request.timeout.ms", "30000"))));
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
            return new PrincipalContext("ann", "lumid", "ann", "user", List.of("flowmesh:x"));
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
    class Guard extends SubmissionGuardContract implements ClosableHook {
        @Override
        protected PrincipalContext principal(String id) {
            String token = "token-" + emails.size();
            String email = token + "@example.com";
            emails.put(id, email);
            lumid.knows(token, json(Map.of("active", true, "sub", id, "email", email)));
            return introspection.resolve(token).orElseThrow();
        }

        private String json(Map<String, Object> members) {
            try {
                return new ObjectMapper().writeValueAsString(members);
            } catch (JsonProcessingException impossible) {
                throw new AssertionError(impossible);
            }
        }

        private SubmissionGuard guard(PrincipalContext principal, boolean sufficient) {
            runmesh.balance(emails.get(principal.principalId()), sufficient, "0.00");
            return new BalanceGuard(framework.awaitService(BalanceCheck.class));
        }

        @Override
        protected SubmissionGuard guardThatAdmits(PrincipalContext principal) {
            return guard(principal, true);
        }

        @Override
        protected SubmissionGuard guardThatRefuses(PrincipalContext principal) {
            return guard(principal, false);
        }

        @Override
        public void closeResource() {
            adapter.close();
        }
    }

    private abstract class Ownership extends PermissionCheckerContract implements ClosableHook {
        @Override
        protected PermissionChecker checker() {
            return checker;
        }

        @Override
        protected void own(PrincipalContext owner, ResourceRef resource) {
            registrar.register(owner, ResourceRef.of("task", resource.id().orElseThrow()));
        }

        @Override
        protected List<PrincipalContext> others() {
            return List.of(
                    new PrincipalContext("root", "lumid", "root", "user", List.of("flowmesh:admin")),
                    new PrincipalContext(
                            "eve", "lumid", "eve", "user", List.of("flowmesh:tasks:read", "flowmesh:results:write")));
        }

        @Override
        public void closeResource() {
            adapter.close();
        }
    }

    @Nested
    class Checker extends Ownership implements ClaimContract {
        @Override
        protected String kind() {
            return "task";
        }

        @Override
        public PermissionChecker claimingChecker() {
            return checker;
        }

        @Override
        public String claimableKind() {
            return "worker";
        }
    }

    /** Decided by the grants on tasks. */
    @Nested
    class CheckerOfResults extends Ownership {
        @Override
        protected String kind() {
            return "result";
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
            return "workflow";
        }

        @Override
        public void closeResource() {
            adapter.close();
        }
    }

    /** A row that is emitted again is in the outbox twice; what counts once is what Runmesh books. */
    @Nested
    class Sink extends UsageSinkContract<UsageRow> implements ClosableHook {
        @BeforeEach
        void knowThePayer() {
            introspection.resolve("ann-token");
        }

        @Override
        @SuppressWarnings("unchecked")
        protected UsageSink<UsageRow> sink() {
            return framework.awaitService(UsageSink.class);
        }

        @Override
        protected UsageRow row(String work) {
            return new UsageRow(
                    "lumid", "ann", Optional.empty(), Instant.EPOCH, new BigDecimal("0.10"), work, 1, 1, "DONE");
        }

        @Override
        protected Collection<String> taken() throws Exception {
            Await.until("every row is delivered", () -> waitingRows() == 0);
            return runmesh.ledger().amounts().keySet();
        }

        private int waitingRows() throws SQLException {
            SQLiteDataSource outbox = new SQLiteDataSource();
            outbox.setUrl("jdbc:sqlite:" + folder.resolve("outbox.sqlite"));
            try (Connection connection = outbox.getConnection();
                    ResultSet count = connection.createStatement().executeQuery("SELECT count(*) FROM usage_rows")) {
                return count.getInt(1);
            }
        }

        @Override
        public void closeResource() {
            adapter.close();
        }
    }

    @Nested
    class Supplier extends SupplierResolverContract {
        @Override
        protected SupplierResolver resolver() {
            return new NamespaceSupplierResolver(framework.awaitService(Sharing.class));
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
}
