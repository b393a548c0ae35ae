package id.lum.core.policy;

import static id.lum.core.policy.ActionRule.action;
import static id.lum.core.policy.ActionRule.adminOnly;
import static id.lum.core.policy.KindRule.kind;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.GrantLevel;
import id.lum.hooks.AccessibleIds;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyEngineTest {
    private static final List<String> KINDS = List.of("flow", "part", "node", "ghost");
    private static final List<String> ACTIONS = List.of("read", "write", "cancel", "admin", "fly");
    private static final PermissionPolicy POLICY = PermissionPolicy.of(
            Set.of("*", "x:admin"),
            List.of(
                    action("read", GrantLevel.READ),
                    action("write", GrantLevel.WRITE),
                    action("cancel", GrantLevel.WRITE),
                    adminOnly("admin")),
            List.of(
                    kind("flow").read("x:flow:read").write("x:flow:write"),
                    kind("part").read("x:part:read").inheritsGrantsOf("flow"),
                    kind("node").read("x:node:read")));

    private final PolicyEngine plain = new PolicyEngine(POLICY, PolicyOptions.NONE);
    private final PolicyEngine optioned =
            new PolicyEngine(POLICY, new PolicyOptions(Map.of("node", Set.of("read")), Set.of("flow")));

    private static PrincipalContext principal(String scopes) {
        return new PrincipalContext("bob", "", "", "user", scopes == null ? List.of() : List.of(scopes.split(" ")));
    }

    private static String outcome(Decision decision) {
        return decision instanceof Decision.Allowed allowed
                ? allowed.reason().name()
                : ((Decision.Denied) decision).refusal().name();
    }

    /** Grants held: {@code flow f1 READ}, or {@code -}. */
    private static MemoryGrants grants(String held) {
        MemoryGrants grants = new MemoryGrants().with("flow", "f9", "eve", GrantLevel.WRITE);
        if (!held.equals("-")) {
            String[] words = held.split(" ");
            grants.with(words[0], words[1], "bob", GrantLevel.valueOf(words[2]));
        }
        return grants;
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # scopes,                 kind,  id, action, held,           decision
            *,                        flow,  f1, admin,  -,              ADMIN_SCOPE
            x:admin,                  ghost, f1, fly,    -,              ADMIN_SCOPE
            'x:flow:read x:admin',    flow,  ,   admin,  -,              ADMIN_SCOPE
            X:ADMIN,                  flow,  ,   admin,  -,              ADMIN_ONLY
            x:flow:read,              flow,  ,   read,   -,              KIND_SCOPE
            x:flow:write,             flow,  ,   read,   -,              SCOPE_REQUIRED
            ,                         flow,  ,   read,   -,              SCOPE_REQUIRED
            x:flow:read,              flow,  ,   cancel, -,              ADMIN_ONLY
            x:flow:read,              flow,  ,   fly,    -,              UNSUPPORTED
            x:flow:read,              ghost, ,   read,   -,              UNSUPPORTED
            x:node:read,              node,  ,   write,  -,              ADMIN_ONLY
            x:flow:read,              flow,  f1, read,   -,              NO_GRANT
            ,                         flow,  f1, read,   flow f1 READ,   GRANT
            ,                         flow,  f1, read,   flow f1 WRITE,  GRANT
            ,                         flow,  f1, write,  flow f1 READ,   NO_GRANT
            ,                         flow,  f1, cancel, flow f1 WRITE,  GRANT
            ,                         flow,  f1, cancel, flow f1 READ,   NO_GRANT
            ,                         flow,  f1, admin,  flow f1 WRITE,  ADMIN_ONLY
            ,                         flow,  f1, fly,    flow f1 WRITE,  UNSUPPORTED
            ,                         ghost, f1, read,   ghost f1 WRITE, UNSUPPORTED
            ,                         flow,  f2, read,   flow f1 WRITE,  NO_GRANT
            ,                         flow,  f9, read,   -,              NO_GRANT
            ,                         part,  f1, read,   flow f1 READ,   GRANT
            ,                         part,  f1, read,   part f1 WRITE,  NO_GRANT
            x:node:read,              node,  n1, read,   -,              NO_GRANT
            """)
    void theTableDecides(String scopes, String kind, String id, String action, String held, String decision) {
        ResourceRef resource = id == null ? ResourceRef.kindLevel(kind) : ResourceRef.of(kind, id);
        assertThat(outcome(plain.decide(principal(scopes), resource, action, grants(held))))
                .isEqualTo(decision);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            x:node:read, node, n1, read,   FLEET_SCOPE
            ,            node, n1, read,   NO_GRANT
            x:node:read, node, n1, write,  NO_GRANT
            ,            flow, f1, read,   CLAIM
            ,            flow, f1, write,  CLAIM
            ,            flow, f9, read,   NO_GRANT
            ,            flow, f1, admin,  ADMIN_ONLY
            ,            part, f1, read,   NO_GRANT
            """)
    void optionsOpenWhatTheOperatorSwitchedOn(String scopes, String kind, String id, String action, String decision) {
        assertThat(outcome(optioned.decide(principal(scopes), ResourceRef.of(kind, id), action, grants("-"))))
                .isEqualTo(decision);
    }

    @Test
    void aClaimIsAtTheLevelNeededAndTheSecondClaimerIsDenied() {
        MemoryGrants grants = new MemoryGrants();
        ResourceRef flow = ResourceRef.of("flow", "f1");
        assertThat(outcome(optioned.decide(principal(""), flow, "read", grants)))
                .isEqualTo("CLAIM");
        assertThat(grants.size()).as("a decision claims nothing").isZero();
        assertThat(optioned.claim(principal(""), flow, "read", grants)).isInstanceOf(Decision.Claimed.class);
        assertThat(outcome(optioned.decide(principal(""), flow, "read", grants)))
                .isEqualTo("GRANT");
        assertThat(outcome(optioned.decide(principal(""), flow, "write", grants)))
                .isEqualTo("NO_GRANT");
        PrincipalContext eve = new PrincipalContext("eve", "", "", "user", List.of());
        assertThat(outcome(optioned.decide(eve, flow, "read", grants))).isEqualTo("NO_GRANT");
        assertThat(outcome(optioned.claim(eve, flow, "read", grants))).isEqualTo("NO_GRANT");
    }

    @Test
    void aClaimOfWhatIsOpenWithoutOneChangesNothing() {
        MemoryGrants grants = grants("flow f1 WRITE");
        int before = grants.size();
        for (String scopes : List.of("", "x:admin")) {
            assertThat(optioned.claim(principal(scopes), ResourceRef.of("flow", "f1"), "read", grants))
                    .isInstanceOf(Decision.Allowed.class);
        }
        assertThat(outcome(optioned.claim(principal("x:admin"), ResourceRef.of("flow", "f2"), "read", grants)))
                .isEqualTo("ADMIN_SCOPE");
        assertThat(outcome(optioned.claim(principal("x:flow:read"), ResourceRef.kindLevel("flow"), "read", grants)))
                .isEqualTo("KIND_SCOPE");
        assertThat(grants.size()).isEqualTo(before);
    }

    @Test
    void listingClaimsNothing() {
        MemoryGrants grants = new MemoryGrants();
        assertThat(optioned.accessibleIds(principal(""), "flow", "read", grants).contains("f1"))
                .isFalse();
        assertThat(grants.size()).isZero();
    }

    @Test
    void sentencesNameActionKindIdAndPrincipalOnOneLine() {
        Decision decision = plain.decide(principal(""), ResourceRef.of("flow", "f\n1"), "read", new MemoryGrants());
        assertThat(decision.sentence()).isEqualTo("read on flow f\\u000a1 needs a READ grant, which bob does not hold");
        assertThat(plain.decide(principal(""), ResourceRef.kindLevel("flow"), "read", new MemoryGrants())
                        .sentence())
                .isEqualTo("read on any flow requires scope x:flow:read");
        assertThat(plain.decide(principal(""), ResourceRef.kindLevel("flow"), "cancel", new MemoryGrants())
                        .sentence())
                .endsWith("is admin-only");
        assertThat(plain.decide(principal(""), ResourceRef.kindLevel("gh\u001bost"), "read", new MemoryGrants())
                        .sentence())
                .isEqualTo("unsupported kind gh\\u001bost");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x:admin     | ghost | f1  | fly    | -             | scope x:admin allows everything
            x:flow:read | flow  |     | read   | -             | scope x:flow:read allows read on any flow
            x:node:read | node  | n1  | read   | -             | scope x:node:read allows read on every node of the fleet
                        | part  | f1  | read   | flow f1 WRITE | WRITE grant on flow f1
                        | flow  | f1  | write  | -             | nobody holds flow f1, so it is claimed with a WRITE grant
                        | flow  |     | read   | -             | read on any flow requires scope x:flow:read
                        | flow  |     | cancel | -             | cancel on any flow is admin-only
                        | flow  | f\\1 | admin  | -             | admin on flow f\\\\1 is admin-only
                        | ghost | f1  | fly    | -             | unsupported kind ghost
                        | flow  | f1  | fly    | -             | unsupported action fly
                        | part  | f9  | read   | -             | read on part f9 needs a READ grant, which bob does not hold
            """)
    void eachRuleHasItsSentence(String scopes, String kind, String id, String action, String held, String sentence) {
        ResourceRef resource = id == null ? ResourceRef.kindLevel(kind) : ResourceRef.of(kind, id);
        Decision decision = optioned.decide(principal(scopes), resource, action, grants(held));
        assertThat(decision.sentence()).isEqualTo(sentence);
        assertThat(decision.toString()).isEqualTo(outcome(decision) + ": " + sentence);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void accessibleIdsAgreeWithRequireInRandomWorlds(long seed) {
        Random random = new Random(seed);
        List<String> ids = List.of("a", "b", "c", "d");
        List<String> scopes = List.of("x:flow:read", "x:flow:write", "x:part:read", "x:node:read", "*");
        for (int world = 0; world < 200; world++) {
            MemoryGrants grants = new MemoryGrants();
            for (int i = random.nextInt(12); i > 0; i--) {
                grants.with(
                        KINDS.get(random.nextInt(KINDS.size())),
                        ids.get(random.nextInt(ids.size())),
                        random.nextBoolean() ? "bob" : "eve",
                        random.nextBoolean() ? GrantLevel.READ : GrantLevel.WRITE);
            }
            List<String> held = new ArrayList<>();
            scopes.stream().filter(scope -> random.nextInt(4) == 0).forEach(held::add);
            PrincipalContext bob = new PrincipalContext("bob", "", "", "user", held);
            PolicyEngine engine = random.nextBoolean()
                    ? plain
                    : new PolicyEngine(POLICY, new PolicyOptions(Map.of("node", Set.of("read")), Set.of()));
            for (String kind : KINDS) {
                for (String action : ACTIONS) {
                    AccessibleIds accessible = engine.accessibleIds(bob, kind, action, grants);
                    for (String id : ids) {
                        Decision decision = engine.decide(bob, ResourceRef.of(kind, id), action, grants);
                        assertThat(accessible.contains(id))
                                .as("%s %s %s with %s: %s", action, kind, id, new TreeSet<>(held), decision)
                                .isEqualTo(decision instanceof Decision.Allowed);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            flow    |
            node    |
            part    | Kind part has no grants of its own: it is decided by the flow of the same id.
            galaxy  | KIND must be one of flow, node.
            ''      | KIND must be one of flow, node.
            """)
    void aGrantThatWouldOpenNothingIsObjectedTo(String kind, String objection) {
        assertThat(plain.objectionToGrants(kind).orElse(""))
                .startsWith(objection == null ? "" : objection)
                .satisfies(said -> assertThat(said.isEmpty()).isEqualTo(objection == null));
    }
}
