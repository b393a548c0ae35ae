package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.TaskGraph;
import id.lum.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call leaves one line, whatever strangers put into it, and neither a token nor an e-mail address. */
class CallLogTest {
    private static final String TOKEN = "secret-token-4711";
    private static final String EVIL = "evil\n\u001b[2J";
    private static final String ESCAPED = "evil\\u000a\\u001b[2J";

    private static final PrincipalContext STRANGER =
            new PrincipalContext(EVIL, EVIL, "stranger@example.com", EVIL, List.of(EVIL));
    private static final PrincipalContext ADMIN =
            new PrincipalContext(EVIL, EVIL, "stranger@example.com", EVIL, List.of("admin"));

    private static final String FILE = """
            {"secret-token-4711": {"principal_id": "evil\\n\\u001b[2J", "org_id": "o\\n", "external_id":
             "stranger@example.com", "principal_type": "t\\n", "scopes": ["s\\n"]}}""";

    @TempDir
    Path directory;

    private record Hooks(DemoRules rules, Owners owners) {
        DemoIdentityProvider identity() {
            return new DemoIdentityProvider("lake", () -> rules);
        }

        DemoSubmissionGuard guard() {
            return new DemoSubmissionGuard("lake", () -> rules);
        }

        OwnerPermissionChecker checker() {
            return new OwnerPermissionChecker("lake", owners);
        }

        OwnerRegistrar registrar() {
            return new OwnerRegistrar("lake", owners);
        }

        RoundRobinOptimizerProvider optimizers() {
            return new RoundRobinOptimizerProvider("lake");
        }
    }

    static Stream<Arguments> calls() {
        ResourceRef one = ResourceRef.of(EVIL, EVIL);
        ResourceRef kind = ResourceRef.kindLevel(EVIL);
        return Stream.of(
                call("a known token", hooks -> hooks.identity().resolve(TOKEN), ESCAPED),
                call("an unknown token", hooks -> hooks.identity().resolve(TOKEN + "?"), "not claimed"),
                call(
                        "no tokens",
                        hooks -> new DemoIdentityProvider("lake", () -> DemoRules.NONE).resolve(TOKEN),
                        "cannot tell"),
                call("a blocked principal", hooks -> hooks.guard().check(STRANGER), ESCAPED + " is blocked"),
                call("a free principal", hooks -> hooks.guard().check(Principals.BOB), "bob may submit"),
                call(
                        "a refusal",
                        hooks -> hooks.checker().require(STRANGER, one, EVIL),
                        ESCAPED + " may not " + ESCAPED + " " + ESCAPED + " " + ESCAPED),
                call("a permission", hooks -> hooks.checker().require(ADMIN, one, EVIL), ESCAPED + " may " + ESCAPED),
                call(
                        "a list",
                        hooks -> hooks.checker().accessibleIds(STRANGER, EVIL, EVIL),
                        "0 ids of kind " + ESCAPED),
                call("a full list", hooks -> hooks.checker().accessibleIds(ADMIN, EVIL, EVIL), "every id of kind"),
                call(
                        "a registration",
                        hooks -> hooks.registrar().register(STRANGER, one),
                        ESCAPED + " owns " + ESCAPED),
                call("a deregistration", hooks -> hooks.registrar().deregister(STRANGER, one), ESCAPED),
                call("a deregistration of a kind", hooks -> hooks.registrar().deregister(STRANGER, kind), "ignored"),
                call("a reconciliation", hooks -> hooks.registrar().reconcile(List.of(one, kind)), "2 resources"),
                call(
                        "usage",
                        hooks ->
                                new LedgerUsageSink("lake", new UsageLedger()).emit(List.of(UsageRows.task(EVIL, "1"))),
                        "1 row, total cost 1."),
                call("a supplier", hooks -> supplierOf(EVIL), ESCAPED + " is supplied by " + ESCAPED),
                call("no supplier", hooks -> supplierOf(""), "no supplier"),
                call("the offer", hooks -> hooks.optimizers().names(), "simple"),
                call("an optimizer", hooks -> hooks.optimizers().create("SIMPLE"), "SIMPLE is made"),
                call("no optimizer", hooks -> hooks.optimizers().create(EVIL), ESCAPED + " is not on offer"),
                call("a plan", hooks -> plan(), "1 nodes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void everyCallLogsOneLineAtInfo(String what, Consumer<Hooks> call, String expected) throws IOException {
        Path path = Files.writeString(directory.resolve("tokens.json"), FILE);
        Hooks hooks = new Hooks(new DemoRules(Optional.of(new TokenFile(path)), Set.of(EVIL)), new Owners());
        try (CapturedLog log = new CapturedLog()) {
            try {
                call.accept(hooks);
            } catch (HookRejection no) {
                // A rejection is logged like any other answer.
                assertThat(no).hasMessageNotContainingAny(TOKEN, "@");
            }
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("INFO id.lum.demo.internal.", " - lake: ", expected)
                    .doesNotContain(TOKEN, "@", "\u001b");
        }
    }

    private static Arguments call(String what, Consumer<Hooks> call, String expected) {
        return Arguments.of(what, call, expected);
    }

    private static void supplierOf(String namespace) {
        new DemoSupplierResolver("lake").supplierOf(new Worker(EVIL, "", namespace, "", List.of(), Map.of()));
    }

    private static void plan() {
        TaskGraph graph = new TaskGraph(Map.of(EVIL, Set.of()), Map.of());
        new RoundRobinOptimizer("lake")
                .schedule(new ScheduleRequest(graph, List.of(EVIL), Map.of(), Optional.empty()), TOKEN);
    }
}
