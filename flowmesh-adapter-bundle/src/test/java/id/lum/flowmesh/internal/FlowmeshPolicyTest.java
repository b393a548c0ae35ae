package id.lum.flowmesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Grants;
import id.lum.core.policy.Decision;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.flowmesh.ResourceAction;
import id.lum.hooks.flowmesh.ResourceKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind with every action, at kind level and on one resource, against the table that stands here a second time.
 */
class FlowmeshPolicyTest {
    private static final List<String> SCOPES = List.of(
            "flowmesh:workflows:read",
            "flowmesh:workflows:write",
            "flowmesh:tasks:read",
            "flowmesh:results:read",
            "flowmesh:results:write",
            "flowmesh:nodes:read",
            "flowmesh:nodes:write",
            "flowmesh:workers:read",
            "flowmesh:workers:write",
            "flowmesh:system:read");

    private final PolicyEngine engine = new PolicyEngine(FlowmeshPolicy.TABLE, PolicyOptions.NONE);

    private static PrincipalContext bob(String... scopes) {
        return new PrincipalContext("bob", "lumid", "bob", "user", List.of(scopes));
    }

    /** One grant of bob's, or none. */
    private record OneGrant(String kind, String id, Optional<GrantLevel> level) implements Grants {
        @Override
        public Optional<GrantLevel> level(String askedKind, String askedId, String principalId) {
            return level.filter(held -> kind.equals(askedKind) && id.equals(askedId) && principalId.equals("bob"));
        }

        @Override
        public Set<String> ids(String askedKind, String principalId, GrantLevel atLeast) {
            return level(askedKind, id, principalId)
                    .filter(held -> held.covers(atLeast))
                    .map(held -> Set.of(id))
                    .orElse(Set.of());
        }

        @Override
        public boolean isClaimable(String askedKind, String askedId, String principalId) {
            throw new AssertionError("Nothing is claimable.");
        }

        @Override
        public Optional<String> claim(String askedKind, String askedId, String principalId, GrantLevel asked) {
            throw new AssertionError("Nothing is claimable.");
        }

        @Override
        public boolean undoClaim(String askedKind, String askedId, String principalId, String receipt) {
            throw new AssertionError("Nothing is claimable.");
        }
    }

    private String decided(PrincipalContext principal, ResourceRef resource, String action, Grants grants) {
        return engine.decide(principal, resource, action, grants) instanceof Decision.Denied denied
                ? denied.refusal().name()
                : "yes";
    }

    static Stream<Arguments> kindsAndActions() {
        return Stream.of(ResourceKind.values())
                .flatMap(kind -> Stream.of(ResourceAction.values()).map(action -> Arguments.of(kind, action)));
    }

    private static Optional<String> scopeFor(ResourceKind kind, ResourceAction action) {
        String scope = "flowmesh:" + (kind == ResourceKind.SYSTEM ? "system" : kind.id() + "s") + ":" + action.id();
        return Optional.of(scope).filter(SCOPES::contains);
    }

    @ParameterizedTest
    @MethodSource("kindsAndActions")
    void aKindAsAWholeIsOpenedByItsScopeAloneOrByAnAdministrators(ResourceKind kind, ResourceAction action) {
        Grants everything = new OneGrant(kind.id(), "x", Optional.of(GrantLevel.WRITE));
        ResourceRef resource = ResourceRef.kindLevel(kind.id());
        for (String scope : SCOPES) {
            String expected = scopeFor(kind, action)
                    .map(needed -> needed.equals(scope) ? "yes" : "SCOPE_REQUIRED")
                    .orElse("ADMIN_ONLY");
            assertThat(decided(bob(scope), resource, action.id(), everything))
                    .as(scope)
                    .isEqualTo(expected);
        }
        assertThat(decided(bob(), resource, action.id(), everything))
                .isEqualTo(scopeFor(kind, action).isPresent() ? "SCOPE_REQUIRED" : "ADMIN_ONLY");
    }

    @ParameterizedTest
    @MethodSource("kindsAndActions")
    void oneResourceIsOpenedByAGrantAndByNoScope(ResourceKind kind, ResourceAction action) {
        String owner = kind == ResourceKind.RESULT ? "task" : kind.id();
        ResourceRef resource = ResourceRef.of(kind.id(), "x");
        PrincipalContext scoped = bob(SCOPES.toArray(String[]::new));
        Map<ResourceAction, GrantLevel> needed = Map.of(
                ResourceAction.READ, GrantLevel.READ,
                ResourceAction.WRITE, GrantLevel.WRITE,
                ResourceAction.CANCEL, GrantLevel.WRITE);
        for (Optional<GrantLevel> held :
                List.of(Optional.<GrantLevel>empty(), Optional.of(GrantLevel.READ), Optional.of(GrantLevel.WRITE))) {
            String expected = !needed.containsKey(action)
                    ? "ADMIN_ONLY"
                    : held.filter(level -> level.compareTo(needed.get(action)) >= 0)
                                    .isPresent()
                            ? "yes"
                            : "NO_GRANT";
            Grants grants = new OneGrant(owner, "x", held);
            assertThat(decided(scoped, resource, action.id(), grants))
                    .as("held " + held)
                    .isEqualTo(expected);
            assertThat(engine.accessibleIds(scoped, kind.id(), action.id(), grants)
                            .contains("x"))
                    .isEqualTo(expected.equals("yes"));
        }
    }

    @Test
    void aResultIsNotOpenedByAGrantOfItsOwn() {
        Grants grants = new OneGrant("result", "x", Optional.of(GrantLevel.WRITE));
        assertThat(decided(bob(), ResourceRef.of("result", "x"), "read", grants))
                .isEqualTo("NO_GRANT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "flowmesh:*", "flowmesh:admin"})
    void anAdministratorsScopeOpensEverything(String scope) {
        Grants none = new OneGrant("x", "x", Optional.empty());
        assertThat(decided(bob(scope), ResourceRef.of("workflow", "x"), "admin", none))
                .isEqualTo("yes");
        assertThat(decided(bob(scope), ResourceRef.kindLevel("system"), "cancel", none))
                .isEqualTo("yes");
        assertThat(engine.accessibleIds(bob(scope), "workflow", "read", none).isAll())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"flowmesh", "FLOWMESH:ADMIN", "' flowmesh:admin'", "flowmesh:admin:", "lumilake:*", "lumilake:admin"})
    void whatLooksLikeAnAdministratorsScopeOpensNothing(String scope) {
        Grants none = new OneGrant("x", "x", Optional.empty());
        assertThat(decided(bob(scope), ResourceRef.of("workflow", "x"), "read", none))
                .isEqualTo("NO_GRANT");
    }

    @Test
    void kindsOfLumilakeAreUnsupported() {
        Grants none = new OneGrant("x", "x", Optional.empty());
        assertThat(decided(bob(), ResourceRef.kindLevel("job"), "read", none)).isEqualTo("UNSUPPORTED");
        assertThat(decided(bob(), ResourceRef.of("workflow", "x"), "delete", none))
                .isEqualTo("UNSUPPORTED");
    }
}
