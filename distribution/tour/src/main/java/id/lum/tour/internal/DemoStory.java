package id.lum.tour.internal;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import java.util.function.Supplier;

/** Any Java host has a composed view. This one is answered by the demo plugin, which keeps everything in memory. */
final class DemoStory {
    private static final String USER_TOKEN = "demo-user-token";
    private static final String ADMIN_TOKEN = "demo-admin-token";

    private final Narrator narrator;
    private final HostHooks<?> hooks;
    private final TourSettings settings;

    DemoStory(Stage stage) {
        this.narrator = stage.narrator();
        this.hooks = stage.acme();
        this.settings = stage.demo();
    }

    void tell() {
        authenticate();
        submit();
        own();
    }

    private void authenticate() {
        narrator.scene("acme is a host of somebody's own, and answered by the demo plugin. Who is calling?");
        narrator.expect("demo-user-token", "bob of demo, scopes [user]", () -> caller(USER_TOKEN));
        narrator.expect("demo-admin-token", "alice of demo, scopes [admin]", () -> caller(ADMIN_TOKEN));
        narrator.expect(
                "a token nobody issued", "401 No identity provider accepted the token", () -> caller("nonsense"));
    }

    private String caller(String token) {
        return Answers.of(() -> {
            PrincipalContext principal = hooks.authenticate(token);
            return principal.principalId() + " of " + principal.orgId() + ", scopes " + principal.scopes();
        });
    }

    private void submit() {
        narrator.scene("May bob submit now?");
        PrincipalContext bob = hooks.authenticate(USER_TOKEN);
        Supplier<String> question =
                () -> Answers.of(() -> hooks.checkSubmission(bob)).split(" ")[0];
        narrator.expect("bob submits", "yes", question);
        narrator.say("An operator sets blocked.principals = bob in id.lum.demo, while everything runs.");
        settings.whileBlocked("bob", () -> narrator.check("bob submits", "403", Patience.eventually("403", question)));
        narrator.say("The operator takes that back.");
        narrator.check("bob submits", "yes", Patience.eventually("yes", question));
    }

    private void own() {
        PrincipalContext bob = hooks.authenticate(USER_TOKEN);
        ResourceRef mine = ResourceRef.of("anvil", "anvil-1");
        ResourceRef other = ResourceRef.of("anvil", "anvil-2");
        narrator.expect("anvil-1 is registered for bob", "yes", () -> Answers.of(() -> hooks.register(bob, mine)));
        narrator.expect("bob moves anvil-1", "200", () -> moves(bob, mine));
        narrator.expect("bob moves anvil-2", "403", () -> moves(bob, other));
    }

    private String moves(PrincipalContext principal, ResourceRef anvil) {
        return String.valueOf(Answers.status(() -> hooks.require(principal, anvil, "move")));
    }
}
