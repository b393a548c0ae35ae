package id.lum.core.policy;

import static id.lum.core.policy.ActionRule.action;
import static id.lum.core.policy.ActionRule.adminOnly;
import static id.lum.core.policy.KindRule.kind;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import id.lum.core.grants.GrantLevel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A table that makes no sense stops the construction, never a request. */
class PermissionPolicyTest {
    private static final List<ActionRule> ACTIONS =
            List.of(action("read", GrantLevel.READ), action("write", GrantLevel.WRITE), adminOnly("admin"));

    static List<Arguments> nonsense() {
        return List.of(
                Arguments.of(List.of(kind("a"), kind("a")), "The policy has kind a twice."),
                Arguments.of(List.of(kind(" ")), "The policy has a blank kind."),
                Arguments.of(List.of(kind("a").read("")), "The policy has a blank scope of kind a."),
                Arguments.of(
                        List.of(kind("a").cancel("s")),
                        "Kind a has a scope for action cancel, which the policy does not know."),
                Arguments.of(
                        List.of(kind("a").inheritsGrantsOf("b")),
                        "Kind a inherits the grants of b, which the policy does not know."),
                Arguments.of(
                        List.of(kind("a").inheritsGrantsOf("a")),
                        "Kind a inherits the grants of a, which has none of its own."),
                Arguments.of(
                        List.of(kind("a").inheritsGrantsOf("b"), kind("b").inheritsGrantsOf("c"), kind("c")),
                        "Kind a inherits the grants of b, which has none of its own."));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void aTableThatMakesNoSenseIsRefused(List<KindRule> kinds, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PermissionPolicy.of(Set.of("*"), ACTIONS, kinds))
                .withMessage(sentence);
    }

    @Test
    void blankAdminScopesAndDoubleActionsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PermissionPolicy.of(Set.of(""), ACTIONS, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PermissionPolicy.of(Set.of(), List.of(adminOnly("x"), adminOnly("x")), List.of()))
                .withMessage("The policy has action x twice.");
    }

    static List<Arguments> meaninglessOptions() {
        return List.of(
                Arguments.of(Map.of("ghost", Set.of("read")), Set.of(), "names an unknown kind ghost"),
                Arguments.of(Map.of("node", Set.of("fly")), Set.of(), "names an unknown action fly"),
                Arguments.of(
                        Map.of("node", Set.of("write")),
                        Set.of(),
                        "names write, which changes things and therefore always takes a grant"),
                Arguments.of(
                        Map.of("node", Set.of("admin")),
                        Set.of(),
                        "names admin, which changes things and therefore always takes a grant"),
                Arguments.of(
                        Map.of("part", Set.of("read")),
                        Set.of(),
                        "names part and read, for which there is no scope that could open it"),
                Arguments.of(Map.of(), Set.of("ghost"), "names an unknown kind ghost"),
                Arguments.of(Map.of(), Set.of("part"), "names part, which has no grants of its own to claim"));
    }

    private static PolicyEngine engine(Map<String, Set<String>> fleet, Set<String> claimable) {
        PermissionPolicy policy = PermissionPolicy.of(
                Set.of("*"),
                ACTIONS,
                List.of(kind("node").read("n:r").write("n:w"), kind("part").inheritsGrantsOf("node")));
        return new PolicyEngine(policy, new PolicyOptions(fleet, claimable));
    }

    @ParameterizedTest
    @MethodSource("meaninglessOptions")
    void anOptionThatTheTableGivesNoMeaningIsRefused(
            Map<String, Set<String>> fleet, Set<String> claimable, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine(fleet, claimable))
                .withMessage(sentence);
    }

    @Test
    void optionsWithAMeaningAreTaken() {
        assertThatCode(() -> engine(Map.of("node", Set.of("read")), Set.of("node")))
                .doesNotThrowAnyException();
    }
}
