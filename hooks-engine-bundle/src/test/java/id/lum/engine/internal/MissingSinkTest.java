package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.flowmesh.TaskRowParser;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.JobRowParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Usage rows that nobody is there to take. */
class MissingSinkTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private static TestView viewOf(String host, String required) {
        return new TestView(REGISTRY, Map.of("host", host, "required", required, "grace.ms", "0"));
    }

    private static HookCommands commands(TestView view) {
        HookCommands commands = REGISTRY.commands();
        commands.views = List.<HostHooks<?>>of(view.hooks());
        commands.parsers = List.of(new TaskRowParser(), new JobRowParser());
        return commands;
    }

    @Test
    void rowsWithoutASinkAreCountedAndLoggedOnceUntilASinkIsThere() {
        try (TestView view = viewOf("acme", "")) {
            String log = SecretsTest.logOf(() -> {
                view.hooks().emit(List.of("a", "b"));
                view.hooks().emit(List.of("c"));
                view.hooks().emit(List.of());
            });
            assertThat(log).containsOnlyOnce("acme: there is no usage sink");
            assertThat(view.hooks().swaps().rowsWithoutSink()).isEqualTo(3);
            assertThat(commands(view).list("acme")).endsWith("Usage rows without a sink: 3");

            var sink = REGISTRY.register(HookKinds.USAGE, "sink", 0, rows -> {});
            assertThat(SecretsTest.logOf(() -> view.hooks().emit(List.of("d"))))
                    .contains("acme: usage rows have a sink again; 3 had none so far.");
            REGISTRY.unregister(sink);
            assertThat(SecretsTest.logOf(() -> view.hooks().emit(List.of("e"))))
                    .contains("acme: there is no usage sink");
        }
    }

    @Test
    void rowsWithoutASinkStayTheHostsIfOneIsRequired() {
        try (TestView view = viewOf("acme", "usage")) {
            assertThat(Calls.outcome(() -> view.hooks().emit(List.of("row")))).startsWith("503");
            assertThat(view.hooks().swaps().rowsWithoutSink()).isZero();
        }
        try (TestView view = viewOf("acme", "usage:ledger")) {
            assertThat(Calls.outcome(() -> view.hooks().emit(List.of("row")))).startsWith("503");
        }
    }

    @Test
    void withoutAnyViewTheCommandSaysThatItMayBeAboutToCome() {
        assertThat(REGISTRY.commands().list())
                .startsWith("No host has a view now. If its configuration is about to be delivered")
                .contains("Otherwise give it one: a configuration id.lum.hooks.host~<name> with a property host.");
    }

    @Test
    void theCommandSaysYesOnlyIfASinkTookTheRow() {
        try (TestView view = viewOf("flowmesh", "")) {
            HookCommands commands = commands(view);
            assertThat(commands.emit("flowmesh", BOB, "task-1", "1.25")).isEqualTo("no sink");
            var refusing = REGISTRY.register("flowmesh", HookKinds.USAGE, "refusing", 0, rows -> {
                throw HookRejection.unavailable("Full.");
            });
            assertThat(commands.emit("flowmesh", BOB, "task-1", "1.25")).isEqualTo("no sink took it; the log says why");
            var taking = REGISTRY.register("flowmesh", HookKinds.USAGE, "taking", 0, rows -> {});
            assertThat(commands.emit("flowmesh", BOB, "task-1", "1.25")).isEqualTo("yes");
            REGISTRY.unregister(refusing);
            REGISTRY.unregister(taking);
            var properties = TestRegistry.properties("flowmesh", "lumid", 0);
            properties.put(Hook.DISCARDS, "billing is off");
            var discarding = REGISTRY.register(HookKinds.USAGE, properties, rows -> {});
            assertThat(commands.emit("flowmesh", BOB, "task-1", "1.25"))
                    .isEqualTo("accepted, but not kept by usage hook lumid (billing is off)");
            var keeping = REGISTRY.register("flowmesh", HookKinds.USAGE, "keeping", 0, rows -> {});
            assertThat(commands.emit("flowmesh", BOB, "task-1", "1.25")).isEqualTo("yes");
            REGISTRY.unregister(keeping);
            discarding.setProperties(TestRegistry.properties("flowmesh", "lumid", 0));
            assertThat(commands.emit("flowmesh", BOB, "task-1", "1.25")).isEqualTo("yes");
            REGISTRY.unregister(discarding);
        }
        try (TestView view = viewOf("lumilake", "")) {
            assertThat(commands(view).emit("lumilake", BOB, "job-1")).isEqualTo("no sink");
        }
        try (TestView view = viewOf("flowmesh", "usage")) {
            assertThat(commands(view).emit("flowmesh", BOB, "task-1", "1.25")).startsWith("503 ");
        }
    }
}
