package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

class DemoOwnerTest {
    private static final List<Class<?>> HOOKS = List.of(
            IdentityProvider.class,
            SubmissionGuard.class,
            PermissionChecker.class,
            ResourceRegistrar.class,
            UsageSink.class,
            SupplierResolver.class,
            OptimizerProvider.class);

    @TempDir
    Path directory;

    private EmptyFramework framework;
    private CapturedLog log;
    private Path tokens;

    @BeforeEach
    void start() throws Exception {
        framework = new EmptyFramework(directory.resolve("cache"));
        tokens = directory.resolve("tokens.json");
        log = new CapturedLog();
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        framework.close();
    }

    @Test
    void withoutAHostNothingButTheCommandsIsRegistered() {
        owner(Map.of("tokens.file", tokens.toString()));
        assertThat(framework.newEvents()).containsExactly("+ DemoCommands");
        assertThat(tokens).doesNotExist();
        assertThat(log.errors()).isEmpty();
    }

    @Test
    void everyHostGetsEveryHookUnderTheDemosNameAndAnExplicitRanking() throws Exception {
        owner(serving("flowmesh, lumilake"));
        for (String host : List.of("flowmesh", "lumilake")) {
            assertThat(framework.servicesOf(host))
                    .allSatisfy(hook -> {
                        assertThat(hook.getProperty(Hook.HOST)).isEqualTo(host);
                        assertThat(hook.getProperty(Hook.NAME)).isEqualTo("demo");
                        assertThat(hook.getProperty(Constants.SERVICE_RANKING)).isEqualTo(0);
                    })
                    .extracting(hook -> ((String[]) hook.getProperty(Constants.OBJECTCLASS))[0])
                    .containsExactlyInAnyOrderElementsOf(
                            HOOKS.stream().map(Class::getName).toList());
        }
    }

    @Test
    void identityComesLastAndGoesFirst() {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh"));
        List<String> coming = ofHost("flowmesh", framework.newEvents());
        owner.close();
        List<String> going = ofHost("flowmesh", framework.newEvents());
        assertThat(coming).hasSize(HOOKS.size()).last().isEqualTo("+ flowmesh IdentityProvider");
        assertThat(going).hasSize(HOOKS.size()).first().isEqualTo("- flowmesh IdentityProvider");
    }

    @Test
    void closedAfterItsBundleHasStoppedItAnswersNobody() throws Exception {
        Bundle bundle = framework.startBundle("demo");
        SingletonConfiguration.Owner owner = DemoOwner.open(bundle.getBundleContext(), serving("flowmesh, lumilake"));
        IdentityProvider identity = framework.hook(IdentityProvider.class, "flowmesh");
        bundle.stop();
        owner.close();
        assertThatThrownBy(() -> identity.resolve("demo-user-token"))
                .isInstanceOf(HookRejection.class)
                .hasMessageContaining("stopped");
    }

    @Test
    void changedHostsRegisterAndUnregisterOnlyWhatDiffers() throws Exception {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh, lumilake"));
        List<ServiceReference<?>> staying = framework.servicesOf("lumilake");
        framework.hook(ResourceRegistrar.class, "lumilake").register(Principals.BOB, ResourceRef.of("job", "j-1"));
        framework.newEvents();

        owner.apply(serving("acme, lumilake"));

        assertThat(framework.newEvents())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                HOOKS.stream().map(hook -> "- flowmesh " + hook.getSimpleName()),
                                HOOKS.stream().map(hook -> "+ acme " + hook.getSimpleName()))
                        .toList());
        assertThat(framework.servicesOf("lumilake")).containsExactlyInAnyOrderElementsOf(staying);
        assertThatCode(() -> framework
                        .hook(PermissionChecker.class, "lumilake")
                        .require(Principals.BOB, ResourceRef.of("job", "j-1"), "read"))
                .doesNotThrowAnyException();
    }

    @Test
    void sameConfigurationAgainChangesNothing() {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh"));
        framework.newEvents();
        owner.apply(serving("flowmesh"));
        assertThat(framework.newEvents()).isEmpty();
    }

    @Test
    void changedBlockListReachesTheGuardThatIsAlreadyRegistered() throws Exception {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh"));
        SubmissionGuard guard = framework.hook(SubmissionGuard.class, "flowmesh");
        assertThatCode(() -> guard.check(Principals.BOB)).doesNotThrowAnyException();
        framework.newEvents();

        owner.apply(serving("flowmesh", "blocked.principals", "bob"));
        assertThatThrownBy(() -> guard.check(Principals.BOB)).isInstanceOf(HookRejection.class);
        owner.apply(serving("flowmesh"));
        assertThatCode(() -> guard.check(Principals.BOB)).doesNotThrowAnyException();
        assertThat(framework.newEvents()).isEmpty();
    }

    @Test
    void changedTokensFileReachesTheProviderThatIsAlreadyRegistered() throws Exception {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh"));
        IdentityProvider identity = framework.hook(IdentityProvider.class, "flowmesh");
        framework.newEvents();
        Path other = Files.writeString(
                directory.resolve("other.json"),
                Files.readString(tokens).replace("demo-user-token", "other-user-token"));

        owner.apply(serving("flowmesh", "tokens.file", other.toString()));

        assertThat(identity.resolve("other-user-token")).contains(Principals.BOB);
        assertThat(identity.resolve("demo-user-token")).isEmpty();
        assertThat(framework.newEvents()).isEmpty();
    }

    @Test
    void otherSettingsChangedWhileTheFileIsMalformedKeepTheLastGoodTokens() throws Exception {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh"));
        Files.writeString(tokens, "{");
        owner.apply(serving("flowmesh, lumilake", "blocked.principals", "bob"));
        assertThat(framework.hook(IdentityProvider.class, "flowmesh").resolve("demo-user-token"))
                .contains(Principals.BOB);
        assertThat(framework.hook(IdentityProvider.class, "lumilake").resolve("demo-user-token"))
                .contains(Principals.BOB);
    }

    @Test
    void malformedFileAfterASwitchDoesNotLetInWhomTheOldFileKnew() throws Exception {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh"));
        IdentityProvider identity = framework.hook(IdentityProvider.class, "flowmesh");
        Path other = Files.writeString(directory.resolve("other.json"), "{");
        owner.apply(serving("flowmesh", "tokens.file", other.toString()));
        assertThatThrownBy(() -> identity.resolve("demo-user-token"))
                .isInstanceOfSatisfying(
                        HookRejection.class, no -> assertThat(no.status()).isEqualTo(503));
    }

    @Test
    void unusableFileIsReportedAtOnceAndIdentityAnswers503UntilItIsMended() throws Exception {
        Files.writeString(tokens, "{");
        owner(serving("flowmesh"));
        assertThat(log.errors()).singleElement().asString().contains(tokens.toString(), "tokens.file");
        assertThat(framework.servicesOf("flowmesh")).hasSize(HOOKS.size());
        IdentityProvider identity = framework.hook(IdentityProvider.class, "flowmesh");
        assertThatThrownBy(() -> identity.resolve("demo-user-token"))
                .isInstanceOfSatisfying(
                        HookRejection.class, no -> assertThat(no.status()).isEqualTo(503));

        Files.delete(tokens);
        assertThat(identity.resolve("demo-user-token")).contains(Principals.BOB);
        assertThat(log.errors()).hasSize(1);
    }

    @Test
    void refusedChangeKeepsTheLastGoodConfiguration() throws Exception {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh", "blocked.principals", "bob"));
        SubmissionGuard guard = framework.hook(SubmissionGuard.class, "flowmesh");
        framework.newEvents();

        owner.apply(Map.of("hosts", "acme", "tokens.file", "$[env:NOWHERE]"));

        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains(
                        "id.lum.demo: tokens.file = \"$[env:NOWHERE]\" is refused",
                        "The last good configuration stays in force.");
        assertThat(framework.newEvents()).isEmpty();
        assertThatThrownBy(() -> guard.check(Principals.BOB)).isInstanceOf(HookRejection.class);
        assertThat(framework.hook(IdentityProvider.class, "flowmesh").resolve("demo-user-token"))
                .contains(Principals.BOB);
    }

    @Test
    void ownerRefusedAtItsStartRegistersNoHookUntilTheConfigurationIsMended() throws Exception {
        SingletonConfiguration.Owner owner = owner(Map.of("hosts", "flowmesh"));
        assertThat(log.errors()).singleElement().asString().contains("tokens.file", "The demo serves no host.");
        assertThat(framework.servicesOf("flowmesh")).isEmpty();

        owner.apply(serving("flowmesh"));
        assertThat(framework.servicesOf("flowmesh")).hasSize(HOOKS.size());
    }

    @Test
    void propertyThatNobodyReadsIsWarnedOf() {
        owner(serving("flowmesh", "block.principals", "bob"));
        assertThat(log.lines().stream().filter(line -> line.contains(" WARN ")))
                .anySatisfy(line -> assertThat(line).contains("id.lum.demo", "block.principals", "blocked.principals"));
    }

    @Test
    void whatTheFrameworkAddsIsNotWarnedOf() throws Exception {
        Files.writeString(tokens, "{}");
        owner(serving("flowmesh", "service.pid", "id.lum.demo", "component.name", "x"));
        assertThat(log.lines()).noneSatisfy(line -> assertThat(line).contains(" WARN "));
    }

    @Test
    void deactivationWithdrawsEverythingAndLetsNobodyInByAnOldReference() throws Exception {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh, lumilake"));
        IdentityProvider identity = framework.hook(IdentityProvider.class, "flowmesh");
        SubmissionGuard guard = framework.hook(SubmissionGuard.class, "flowmesh");
        PermissionChecker checker = framework.hook(PermissionChecker.class, "flowmesh");
        ResourceRegistrar registrar = framework.hook(ResourceRegistrar.class, "flowmesh");
        UsageSink<Object> sink = sink("flowmesh");
        List<String> come = framework.newEvents();
        owner.close();
        assertThat(framework.newEvents())
                .containsExactlyInAnyOrderElementsOf(
                        come.stream().map(event -> event.replace('+', '-')).toList());
        assertThatThrownBy(() -> identity.resolve("demo-admin-token")).hasMessage("The demo plugin has stopped.");
        assertThatThrownBy(() -> guard.check(Principals.BOB)).hasMessage("The demo plugin has stopped.");
        ResourceRef worker = ResourceRef.of("worker", "w-1");
        assertThatThrownBy(() -> checker.require(Principals.BOB, worker, "read"))
                .hasMessage("The demo plugin has stopped.");
        assertThatThrownBy(() -> checker.accessibleIds(Principals.BOB, "worker", "read"))
                .hasMessage("The demo plugin has stopped.");
        assertThatThrownBy(() -> registrar.register(Principals.BOB, worker)).hasMessage("The demo plugin has stopped.");
        assertThatThrownBy(() -> sink.emit(List.of(UsageRows.task("t-1", "1.25"))))
                .hasMessage("The demo plugin has stopped.");
    }

    @Test
    void hostsDoNotShareOwnersOrLedger() throws Exception {
        owner(serving("flowmesh, lumilake"));
        ResourceRef worker = ResourceRef.of("worker", "w-1");
        framework.hook(ResourceRegistrar.class, "flowmesh").register(Principals.BOB, worker);
        emit("flowmesh", UsageRows.task("t-1", "1.25"));

        PermissionChecker there = framework.hook(PermissionChecker.class, "lumilake");
        assertThatThrownBy(() -> there.require(Principals.BOB, worker, "read")).isInstanceOf(HookRejection.class);
        assertThat(commands().ledger("flowmesh")).endsWith("1 row, total cost 1.25");
        assertThat(commands().ledger("lumilake")).isEqualTo("0 rows, total cost 0");
    }

    @Test
    void hostNameWithALineBreakIsRefusedOnOneLogLine() throws Exception {
        Files.writeString(tokens, "{}");
        owner(serving("flow\nmesh"));
        assertThat(log.lines()).singleElement().asString().contains("flow\\u000amesh", "is refused");
        assertThat(framework.newEvents()).containsExactly("+ DemoCommands");
    }

    @Test
    void commandsShowRowsWithTheirTotalAndOwnersSorted() throws Exception {
        owner(serving("flowmesh"));
        emit("flowmesh", UsageRows.task("t-1", "1.25"), UsageRows.task("t-2", "0.50"));
        ResourceRegistrar registrar = framework.hook(ResourceRegistrar.class, "flowmesh");
        registrar.register(Principals.BOB, ResourceRef.of("workflow", "wf-1"));
        registrar.register(Principals.CAROL, ResourceRef.of("task", "t\n1"));

        assertThat(commands().ledger("flowmesh")).isEqualTo("""
                        task t-1 of bob: DONE, cost 1.25
                        task t-2 of bob: DONE, cost 0.50
                        2 rows, total cost 1.75""");
        assertThat(commands().owners("flowmesh")).isEqualTo("task t\\u000a1 -> carol\nworkflow wf-1 -> bob");
    }

    @Test
    void commandsNameTheHostsTheyKnow() {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh, lumilake"));
        assertThat(commands().ledger("ac\nme"))
                .isEqualTo("The demo does not serve a host named ac\\u000ame; it serves flowmesh, lumilake.");
        assertThat(commands().owners("acme")).contains("acme", "flowmesh, lumilake");
        owner.apply(serving("lumilake"));
        assertThat(commands().owners("flowmesh")).contains("it serves lumilake.");
        owner.apply(Map.of());
        assertThat(commands().owners("flowmesh")).contains("it serves none.");
    }

    @Test
    void commandsAreWhatGogoLooksFor() {
        owner(Map.of());
        ServiceReference<DemoCommands> commands = framework.context().getServiceReference(DemoCommands.class);
        assertThat(commands.getProperty("osgi.command.scope")).isEqualTo("demo");
        assertThat((String[]) commands.getProperty("osgi.command.function"))
                .allSatisfy(name -> assertThat(Arrays.stream(DemoCommands.class.getMethods())
                                .filter(method -> method.getName().equals(name)))
                        .hasSize(1))
                .containsExactly("ledger", "owners");
    }

    @Test
    void constructionThatFailsLeavesNothingRegistered() throws Exception {
        for (Class<?> refused : List.of(OptimizerProvider.class, IdentityProvider.class, DemoCommands.class)) {
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> DemoOwner.open(framework.contextRefusing(refused), serving("flowmesh, lumilake")));
            assertThat(framework.servicesOf("flowmesh")).as(refused.getName()).isEmpty();
            assertThat(framework.servicesOf("lumilake")).as(refused.getName()).isEmpty();
            assertThat(framework.context().getServiceReference(DemoCommands.class))
                    .isNull();
        }
        assertThat(framework.newEvents()).contains("+ flowmesh SubmissionGuard", "- flowmesh SubmissionGuard");
    }

    @Test
    void hostThatCannotBeServedDoesNotMakeTheOwnerForgetTheOthers() throws Exception {
        SingletonConfiguration.Owner owner = DemoOwner.open(framework.contextRefusing("lumilake"), serving("acme"));
        assertThatIllegalStateException().isThrownBy(() -> owner.apply(serving("flowmesh, lumilake")));
        assertThat(framework.servicesOf("flowmesh")).hasSize(HOOKS.size());
        assertThatIllegalStateException().isThrownBy(() -> owner.apply(serving("flowmesh, lumilake")));
        assertThat(framework.servicesOf("flowmesh")).hasSize(HOOKS.size());
        owner.close();
        assertThat(framework.servicesOf("flowmesh")).isEmpty();
        assertThat(framework.servicesOf("lumilake")).isEmpty();
    }

    @Test
    void everyBadValueIsNamedInOneLineAndNoneOfTheConfigurationCounts() {
        SingletonConfiguration.Owner owner = owner(serving("flowmesh"));
        framework.newEvents();
        owner.apply(
                Map.of("hosts", "$[env:HOSTS]", "tokens.file", "$[env:FILE]", "blocked.principals", "FILE://blocked"));
        assertThat(framework.newEvents()).isEmpty();
        assertThat(log.errors())
                .singleElement()
                .asString()
                .contains(
                        "blocked.principals = \"FILE://blocked\" is refused",
                        "hosts = \"$[env:HOSTS]\" is refused",
                        "tokens.file = \"$[env:FILE]\" is refused",
                        "The last good configuration stays in force.");
    }

    private SingletonConfiguration.Owner owner(Map<String, Object> properties) {
        return DemoOwner.open(framework.context(), properties);
    }

    private Map<String, Object> serving(String hosts, String... more) {
        Map<String, Object> properties = new java.util.HashMap<>();
        properties.put("hosts", hosts);
        properties.put("tokens.file", tokens.toString());
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return Map.copyOf(properties);
    }

    private DemoCommands commands() {
        return Optional.ofNullable(framework.context().getServiceReference(DemoCommands.class))
                .map(framework.context()::getService)
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private UsageSink<Object> sink(String host) throws Exception {
        return framework.hook(UsageSink.class, host);
    }

    private void emit(String host, Object... rows) throws Exception {
        sink(host).emit(List.of(rows));
    }

    private static List<String> ofHost(String host, List<String> events) {
        return events.stream().filter(event -> event.contains(" " + host + " ")).toList();
    }
}
