package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.host.HookKind;
import id.lum.hooks.host.HookStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * How several hooks answer as one, on a real service registry. Hooks are written as words; the first is asked first.
 */
class CompositionTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "demo", "", "user", List.of());
    private static final ResourceRef WORKFLOW = ResourceRef.of("workflow", "wf");
    private static final String FAILED = "503 The %s hook of this server failed.";

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private final List<String> asked = new ArrayList<>();
    private TestView view;

    @BeforeEach
    void open() {
        view = TestView.patient(REGISTRY);
    }

    @AfterEach
    void close() {
        view.close();
    }

    private void behave(String word) {
        asked.add(word);
        switch (word) {
            case "throws" -> throw new IllegalStateException("broken");
            case "errs" -> throw new NoClassDefFoundError("gone");
            case "asserts" -> throw new AssertionError("broken");
            case "overflows" -> throw new StackOverflowError();
            case "lies" ->
                throw new IllegalStateException() {
                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("even the message");
                    }
                };
            case "rejects401" -> throw HookRejection.unauthorized("Expired.");
            case "rejects402" -> throw HookRejection.paymentRequired("Pay.");
            case "rejects403" -> throw HookRejection.forbidden("No.");
            case "rejects503" -> throw HookRejection.unavailable("Later.");
            default -> {}
        }
    }

    /** Registered last to first, so that only the ranking can give the order. */
    private <H> void register(HookKind<H> kind, String words, Function<String, H> hook) {
        List<String> list = words == null ? List.of() : List.of(words.split(" "));
        for (int i = list.size() - 1; i >= 0; i--) {
            REGISTRY.register(kind, "hook-" + i, 100 - i, hook.apply(list.get(i)));
        }
    }

    private IdentityProvider identity(String word) {
        return bearer -> {
            behave(word);
            return switch (word) {
                case "defers" -> Optional.empty();
                case "null" -> null;
                default -> Optional.of(new PrincipalContext(word, "", "", "", List.of()));
            };
        };
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,                    401 No identity provider accepted the token, none
            alice,                   alice,                                       alice
            defers,                  401 No identity provider accepted the token, defers
            rejects401,              401 Expired.,                                rejects401
            rejects503,              503 Later.,                                  rejects503
            throws,                  503 The identity hook of this server failed.,  throws
            errs,                    503 The identity hook of this server failed.,  errs
            asserts,                 503 The identity hook of this server failed.,  asserts
            overflows,               503 The identity hook of this server failed.,  overflows
            lies,                    503 The identity hook of this server failed.,  lies
            null,                    503 The identity hook of this server failed.,  null
            alice bob carol,         alice,                                       alice
            defers bob carol,        bob,                                         defers bob
            defers defers carol,     carol,                                       defers defers carol
            defers defers defers,    401 No identity provider accepted the token, defers defers defers
            defers rejects403 carol, 403 No.,                                     defers rejects403
            throws bob carol,        503 The identity hook of this server failed.,  throws
            alice throws throws,     alice,                                       alice
            """)
    void theFirstProviderThatClaimsTheTokenWins(String hooks, String answer, String whoWasAsked) {
        register(HookKinds.IDENTITY, hooks, this::identity);
        String outcome = Calls.outcome(() -> view.hooks().authenticate("t").principalId());
        assertThat(outcome).isEqualTo(answer);
        assertThat(String.join(" ", asked)).isEqualTo(whoWasAsked == null ? "" : whoWasAsked);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,                   yes,                                     none
            passes,                 yes,                                     passes
            passes passes passes,   yes,                                     passes passes passes
            passes rejects402 rejects403, 402 Pay.,                          passes rejects402
            rejects403 rejects402 passes, 403 No.,                           rejects403
            passes throws passes,   503 The guard hook of this server failed., passes throws
            """)
    void theFirstGuardThatRejectsWins(String hooks, String answer, String whoWasAsked) {
        register(HookKinds.GUARD, hooks, word -> (SubmissionGuard) principal -> behave(word));
        assertThat(Calls.outcome(() -> view.hooks().checkSubmission(BOB))).isEqualTo(answer);
        assertThat(String.join(" ", asked)).isEqualTo(whoWasAsked == null ? "" : whoWasAsked);
    }

    private PermissionChecker checker(String word) {
        return new PermissionChecker() {
            @Override
            public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                behave(word);
                return switch (word) {
                    case "allows" -> AccessibleIds.all();
                    case "null" -> null;
                    default -> AccessibleIds.only(word.equals("nothing") ? Set.of() : Set.of(word.split("\\+")));
                };
            }

            @Override
            public void require(PrincipalContext principal, ResourceRef resource, String action) {
                behave(word);
            }
        };
    }

    static List<Arguments> everyThreeCheckers() {
        List<Arguments> combinations = new ArrayList<>();
        List<String> words = List.of("allows", "rejects403", "rejects503", "throws");
        for (String first : words) {
            for (String second : words) {
                for (String third : words) {
                    String no = List.of(first, second, third).stream()
                            .filter(word -> !word.equals("allows"))
                            .findFirst()
                            .orElse("allows");
                    combinations.add(Arguments.of(String.join(" ", first, second, third), no));
                }
            }
        }
        return combinations;
    }

    @ParameterizedTest
    @MethodSource("everyThreeCheckers")
    void everyCheckerMustAllow(String checkers, String firstThatDoesNot) {
        register(HookKinds.PERMISSION, checkers, this::checker);
        String expected = switch (firstThatDoesNot) {
            case "allows" -> "yes";
            case "rejects403" -> "403 No.";
            case "rejects503" -> "503 Later.";
            default -> FAILED.formatted("permission");
        };
        assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                .isEqualTo(expected);
    }

    @Test
    void noCheckerAtAllIsNotAnAllow() {
        assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                .isEqualTo("503 This server has no permission hook.");
        assertThat(Calls.outcome(() -> view.hooks().accessibleIds(BOB, "workflow", "read")))
                .isEqualTo("503 This server has no permission hook.");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            allows,                 every
            allows allows allows,   every
            nothing,                nothing
            a,                      a
            allows a+b allows,      a+b
            a+b allows b+c,         b
            a+b b+c c+a,            nothing
            allows nothing allows,  nothing
            a rejects503 a,         503 Later.
            allows throws a,        503 The permission hook of this server failed.
            allows null allows,     503 The permission hook of this server failed.
            """)
    void accessibleIdsAreWhatAllCheckersAllow(String checkers, String answer) {
        register(HookKinds.PERMISSION, checkers, this::checker);
        String outcome = Calls.outcome(() -> view.hooks()
                .accessibleIds(BOB, "workflow", "read")
                .ids()
                .map(ids -> ids.isEmpty() ? "nothing" : String.join("+", new TreeSet<>(ids)))
                .orElse("every"));
        assertThat(outcome).isEqualTo(answer);
    }

    private ResourceRegistrar registrar(String word) {
        return new ResourceRegistrar() {
            @Override
            public void register(PrincipalContext principal, ResourceRef resource) {
                behave(word);
            }

            @Override
            public void deregister(PrincipalContext principal, ResourceRef resource) {
                behave(word);
            }

            @Override
            public ReconcileResult reconcile(Collection<ResourceRef> live) {
                behave(word);
                return new ReconcileResult(live.size(), word.length());
            }
        };
    }

    @Test
    void aReconcileAnswersTheSumOfAllRegistrars() {
        assertThat(view.hooks().reconcile(List.of(WORKFLOW))).isEqualTo(ReconcileResult.NOTHING);
        register(HookKinds.REGISTRAR, "first second", this::registrar);
        assertThat(view.hooks().reconcile(List.of(WORKFLOW))).isEqualTo(new ReconcileResult(2, 11));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,                  yes,                                         none
            first second third,    yes,                                         first second third
            first rejects503 third, 503 Later.,                                 first rejects503
            throws second third,   503 The registrar hook of this server failed., throws
            """)
    void everyRegistrarIsToldInOrderAndTheFirstFailurePropagates(String hooks, String answer, String whoWasAsked) {
        register(HookKinds.REGISTRAR, hooks, this::registrar);
        for (Runnable call : List.<Runnable>of(
                () -> view.hooks().register(BOB, WORKFLOW),
                () -> view.hooks().deregister(BOB, WORKFLOW),
                () -> view.hooks().reconcile(List.of(WORKFLOW)))) {
            asked.clear();
            assertThat(Calls.outcome(call)).isEqualTo(answer);
            assertThat(String.join(" ", asked)).isEqualTo(whoWasAsked == null ? "" : whoWasAsked);
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,       none,                          yes
            none,       takes rejects503 throws takes, yes
            usage,      takes takes,                   yes
            usage,      takes rejects403 takes,        refused
            usage,      takes throws takes,            refused
            usage,      overflows takes takes,         refused
            none,       overflows takes takes,         yes
            usage:hook-0, takes rejects503 takes,      yes
            usage:hook-1, takes rejects503 takes,      refused
            usage:hook-1, throws takes takes,          yes
            """)
    void everySinkIsToldAndOnlyARequiredOneMakesTheHostKeepItsRows(String required, String hooks, String answer) {
        view.apply(Map.of("required", required == null ? "" : required));
        register(HookKinds.USAGE, hooks, word -> (UsageSink<Object>) rows -> behave(word));
        assertThat(Calls.outcome(() -> view.hooks().emit(List.of("row"))))
                .isEqualTo(
                        answer.equals("yes")
                                ? "yes"
                                : "503 The usage hook of this server is unavailable; try again shortly.");
        assertThat(String.join(" ", asked)).isEqualTo(hooks == null ? "" : hooks);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            takes,      yes
            rejects503, 503 The usage hook of this server is unavailable; try again shortly.
            throws,     503 The usage hook of this server is unavailable; try again shortly.
            """)
    void aSinkThatIsRequiredByItsOwnWordIsListenedToThoughTheViewRequiresNone(String word, String answer) {
        view.apply(Map.of("required", ""));
        Dictionary<String, Object> properties = TestRegistry.properties("acme", "ledger", 0);
        properties.put(Hook.REQUIRED, true);
        REGISTRY.register(HookKinds.USAGE, properties, rows -> behave(word));
        register(HookKinds.USAGE, "takes", other -> (UsageSink<Object>) rows -> behave(other));
        assertThat(Calls.outcome(() -> view.hooks().emit(List.of("row")))).isEqualTo(answer);
        assertThat(asked).containsExactly("takes", word);
        assertThat(view.hooks().hooks())
                .filteredOn(HookStatus::required)
                .extracting(HookStatus::name)
                .containsExactly("ledger");
    }

    @Test
    void onlyASinkIsRequiredByItsOwnWordAndAnotherHookThatSaysSoIsLoggedOnce() {
        view.apply(Map.of("required", ""));
        Dictionary<String, Object> properties = TestRegistry.properties("acme", "strict", 0);
        properties.put(Hook.REQUIRED, true);
        assertThat(SecretsTest.logOf(() -> {
                    REGISTRY.register(HookKinds.GUARD, properties, principal -> behave("allows"));
                    view.hooks().checkSubmission(BOB);
                }))
                .containsOnlyOnce("WARN")
                .contains("guard hook strict sets hook.required, which has an effect for usage sinks alone.");
        assertThat(view.hooks().hooks()).noneMatch(HookStatus::required);
        assertThat(SecretsTest.logOf(() -> REGISTRY.register(HookKinds.USAGE, properties, rows -> {})))
                .doesNotContain("WARN");
    }

    @Test
    void sinksGetACopyThatNobodyCanChange() {
        List<Object> given = new ArrayList<>(List.of("row"));
        List<List<Object>> taken = new ArrayList<>();
        REGISTRY.register(HookKinds.USAGE, "sink", 0, taken::add);
        view.hooks().emit(given);
        given.add("later");
        assertThat(taken).containsExactly(List.of("row"));
    }

    @Test
    void equalRankingsAreAskedOldestFirst() {
        REGISTRY.register(HookKinds.GUARD, "older", 0, principal -> behave("older"));
        REGISTRY.register(HookKinds.GUARD, "newer", 0, principal -> behave("newer"));
        REGISTRY.register(HookKinds.GUARD, "higher", 1, principal -> behave("higher"));
        view.hooks().checkSubmission(BOB);
        assertThat(asked).containsExactly("higher", "older", "newer");
    }

    @Test
    void aChangedRankingMovesTheHookAndNothingIsMissed() {
        REGISTRY.register(HookKinds.GUARD, "one", 5, principal -> behave("one"));
        var two = REGISTRY.register(HookKinds.GUARD, "two", 1, principal -> behave("two"));
        two.setProperties(TestRegistry.properties("acme", "two", 9));
        view.hooks().checkSubmission(BOB);
        assertThat(asked).containsExactly("two", "one");
        assertThat(view.hooks().swaps().waited()).isZero();
    }

    @Test
    void aHookThatArrivesLateIsAskedFromThenOn() {
        REGISTRY.register(HookKinds.PERMISSION, "one", 0, checker("allows"));
        assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                .isEqualTo("yes");
        REGISTRY.register(HookKinds.PERMISSION, "two", 0, checker("rejects403"));
        assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                .isEqualTo("403 No.");
    }

    @Test
    void aHookThatArrivesDuringACallIsAskedInItAndThoseBeforeItAreNotAgain() {
        REGISTRY.register(HookKinds.GUARD, "one", 9, principal -> behave("one"));
        REGISTRY.register(HookKinds.GUARD, "two", 8, principal -> {
            behave("two");
            REGISTRY.register(HookKinds.GUARD, "late", 7, late -> behave("late"));
        });
        view.hooks().checkSubmission(BOB);
        assertThat(asked).containsExactly("one", "two", "late");
    }

    @Test
    void aHookThatIsRequiredSinceTheCallBeganIsMissedInIt() {
        view.apply(Map.of("grace.ms", "0", "required", ""));
        REGISTRY.register(
                HookKinds.GUARD, "one", 9, principal -> view.apply(Map.of("grace.ms", "0", "required", "guard:two")));
        assertThat(Calls.outcome(() -> view.hooks().checkSubmission(BOB)))
                .isEqualTo("503 The guard hook of this server is unavailable; try again shortly.");
    }

    @Test
    void twoHooksOfOneNameAreBothAsked() {
        REGISTRY.register(HookKinds.PERMISSION, "same", 1, checker("allows"));
        REGISTRY.register(HookKinds.PERMISSION, "same", 0, checker("rejects403"));
        assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                .isEqualTo("403 No.");
    }

    @Test
    void aHookWithoutANameGoesByItsBundleAndIsAskedAllTheSame() {
        REGISTRY.register(HookKinds.PERMISSION, "one", 0, checker("allows"));
        var properties = TestRegistry.properties("acme", "", 0);
        properties.remove(Hook.NAME);
        var nameless = REGISTRY.bundle().registerService(PermissionChecker.class, checker("rejects403"), properties);
        try {
            assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                    .isEqualTo("403 No.");
            assertThat(view.hooks().hooks())
                    .anySatisfy(hook -> assertThat(hook.name())
                            .isEqualTo(REGISTRY.bundle().getBundle().getSymbolicName()));
        } finally {
            nameless.unregister();
        }
    }

    @Test
    void aHookThatHasNoServiceObjectIsAFailureNotAnAbsence() {
        REGISTRY.register(HookKinds.PERMISSION, "one", 0, checker("allows"));
        var factory = new ServiceFactory<PermissionChecker>() {
            @Override
            public PermissionChecker getService(Bundle bundle, ServiceRegistration<PermissionChecker> own) {
                return null;
            }

            @Override
            public void ungetService(
                    Bundle bundle, ServiceRegistration<PermissionChecker> own, PermissionChecker service) {}
        };
        var broken = REGISTRY.bundle()
                .registerService(PermissionChecker.class, factory, TestRegistry.properties("acme", "two", 0));
        try {
            assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                    .isEqualTo(FAILED.formatted("permission"));
        } finally {
            broken.unregister();
        }
    }

    @Test
    void aHookOfAnotherHostIsNotAsked() {
        var other = REGISTRY.register(HookKinds.PERMISSION, "other", 0, checker("allows"));
        other.setProperties(TestRegistry.properties("acme2", "other", 0));
        view.pass(10_000);
        assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                .startsWith("503");
    }

    @Test
    void aHookMayServeSeveralHosts() {
        var both = REGISTRY.register(HookKinds.PERMISSION, "both", 0, checker("allows"));
        var properties = TestRegistry.properties("acme", "both", 0);
        properties.put(Hook.HOST, new String[] {"other", "acme"});
        both.setProperties(properties);
        assertThat(Calls.outcome(() -> view.hooks().require(BOB, WORKFLOW, "read")))
                .isEqualTo("yes");
    }
}
