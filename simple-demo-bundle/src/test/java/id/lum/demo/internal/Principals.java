package id.lum.demo.internal;

import id.lum.hooks.PrincipalContext;
import java.util.List;

/** Who calls in the tests; alice and bob are as the demo creates them. */
final class Principals {
    static final PrincipalContext ALICE =
            new PrincipalContext("alice", "demo", "alice@example.com", "admin", List.of("admin"));
    static final PrincipalContext BOB = named("bob", "user");
    static final PrincipalContext CAROL = named("carol", "user");

    private Principals() {}

    static PrincipalContext named(String id, String... scopes) {
        return new PrincipalContext(id, "demo", id + "@example.com", "user", List.of(scopes));
    }
}
