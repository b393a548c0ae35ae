package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.Hook;
import id.lum.hooks.SubmissionGuard;
import id.lum.testing.CapturedLog;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.ServiceRegistration;

/** A hook that names no host, or none that has a view, is not asked: that must not go unnoticed. */
class UnaskedHooksTest {
    private static final SubmissionGuard GUARD = principal -> {};

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final HeldTimer timer = new HeldTimer();
    private CapturedLog log;

    @BeforeEach
    void watch() {
        log = new CapturedLog();
        REGISTRY.unaskedHooks(timer);
    }

    @AfterEach
    void release() {
        log.close();
    }

    private static ServiceRegistration<?> guard(Object host) {
        return REGISTRY.register(HookKinds.GUARD, properties(host), GUARD);
    }

    private static Dictionary<String, Object> properties(Object host) {
        Dictionary<String, Object> properties = new Hashtable<>(Map.of(Hook.NAME, "opening-hour"));
        properties.put(Hook.HOST, host);
        return properties;
    }

    private static ServiceRegistration<?> guardWithoutHost() {
        return REGISTRY.register(HookKinds.GUARD, new Hashtable<>(Map.of(Hook.NAME, "opening-hour")), GUARD);
    }

    @Test
    void hookWithoutAHostIsWarnedAboutOnceWithBundleAndRemedy() {
        guardWithoutHost();
        timer.run();
        assertThat(log.linesWith("is never asked"))
                .singleElement()
                .asString()
                .contains(
                        " WARN ",
                        "The guard hook opening-hour of the bundle org.apache.felix.framework is never asked: its "
                                + "service property hook.host is missing or empty. Set hook.host");
    }

    @Test
    void hookThatWasThereBeforeTheWatchIsWarnedAbout() {
        ServiceRegistration<?> early = guardWithoutHost();
        log.clear();
        REGISTRY.unaskedHooks(new HeldTimer());
        assertThat(log.linesWith("is never asked")).hasSize(1);
        REGISTRY.unregister(early);
    }

    @Test
    void hostThatIsNoNameIsWarnedAboutAtOnceAndCannotForgeALine() {
        for (Object bad :
                List.of("flow mesh", "", 7, new String[] {"a,b"}, List.of("x\nforged"), new Object[] {"acme"})) {
            log.clear();
            guard(bad);
            assertThat(log.linesWith(" WARN ")).as("hook.host %s", bad).hasSize(1);
            assertThat(log.linesWith("is never asked: hook.host names ")).hasSize(1);
            assertThat(log.lines()).noneMatch(line -> line.startsWith("forged"));
        }
        assertThat(log.text()).doesNotContain("acme");
    }

    @Test
    void valueThatIsNoTextIsNamed() {
        guard(7);
        guard(new int[] {7});
        assertThat(log.text())
                .contains("hook.host names 7 (java.lang.Integer), which is no name of a host")
                .contains("hook.host names a value of int[], which is no name of a host");
    }

    @Test
    void emptyListOfHostsIsLikeNone() {
        guard(new String[0]);
        assertThat(log.linesWith("hook.host is missing or empty")).hasSize(1);
    }

    @Test
    void hostWithoutAViewIsWarnedAboutOnlyAfterAWhile() {
        guard("flowmsh");
        assertThat(log.lines()).isEmpty();
        timer.run();
        timer.run();
        assertThat(log.lines())
                .singleElement()
                .asString()
                .contains(" WARN ", "is never asked: hook.host names flowmsh, which has no view. Correct hook.host");
    }

    @Test
    void hostThatGetsItsViewInTimeIsNotWarnedAbout() {
        guard("acme");
        try (TestView view = TestView.patient(REGISTRY)) {
            log.clear();
            timer.run();
            assertThat(log.lines()).isEmpty();
            assertThat(view.hooks().hooks()).hasSize(1);
        }
    }

    @Test
    void hookThatLeftInTimeIsNotWarnedAbout() {
        REGISTRY.unregister(guard("flowmsh"));
        timer.run();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void hookOfSeveralHostsOfWhichOneHasAViewIsNoWarning() {
        try (TestView view = TestView.patient(REGISTRY)) {
            guard(new String[] {"acme", "beta"});
            log.clear();
            timer.run();
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(" INFO ", "is asked by some hosts alone: hook.host names beta, which has no view");
            assertThat(view.hooks().hooks()).hasSize(1);
        }
    }

    @Test
    void changedPropertiesAreWarnedAboutAgainAndUnchangedOnesAreNot() {
        ServiceRegistration<?> guard = guard("flow mesh");
        guard.setProperties(properties("flow mesh"));
        assertThat(log.linesWith("is never asked")).hasSize(1);
        guard.setProperties(properties("flow  mesh"));
        assertThat(log.linesWith("is never asked")).hasSize(2);
    }

    @Test
    void serviceThatIsNoHookNeedsNoHost() {
        REGISTRY.bundle()
                .registerService(Runnable.class, () -> {}, new Hashtable<>())
                .unregister();
        timer.run();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void listShowsThemInASectionOfTheirOwn() {
        try (TestView view = TestView.patient(REGISTRY)) {
            HookCommands commands = REGISTRY.commands();
            commands.views = List.of(view.hooks());
            guard("acme");
            assertThat(commands.list() + commands.list("acme")).doesNotContain("does not ask");
            guard("flowmsh");
            guardWithoutHost();
            for (String list : List.of(commands.list(), commands.list("acme"))) {
                assertThat(list)
                        .containsPattern("Hooks that a host does not ask\\RKIND +NAME +BUNDLE +WHY\\R")
                        .containsPattern(
                                "guard +opening-hour +org.apache.felix.framework +its service property hook.host is missing")
                        .containsPattern("guard +opening-hour +org.apache.felix.framework +hook.host names flowmsh,");
            }
        }
    }
}
