package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OpenAccessTest {
    private static final PrincipalContext ADMIN =
            new PrincipalContext("admin", "local", "admin", "admin", List.of("*"));
    private static final ResourceRef WORKFLOW = ResourceRef.of("workflow", "wf");

    @RegisterExtension
    static final TestRegistry REGISTRY = new TestRegistry();

    private static TestView open() {
        return new TestView(REGISTRY, Map.of("access", "open"));
    }

    @Test
    void everybodyIsAdministratorWhileNoHookWasEverSeen() {
        try (TestView view = open()) {
            assertThat(view.hooks().authenticate("anything")).isEqualTo(ADMIN);
            view.hooks().require(ADMIN, WORKFLOW, "admin");
            assertThat(view.hooks().accessibleIds(ADMIN, "workflow", "read")).isEqualTo(AccessibleIds.all());
        }
    }

    @Test
    void guardsAreAskedAllTheSame() {
        try (TestView view = open()) {
            REGISTRY.register(HookKinds.GUARD, "g", 0, principal -> {
                throw HookRejection.forbidden("No.");
            });
            assertThat(Calls.outcome(() -> view.hooks().checkSubmission(ADMIN))).isEqualTo("403 No.");
            assertThat(view.hooks().authenticate("anything")).isEqualTo(ADMIN);
        }
    }

    @Test
    void theFirstIdentityHookEndsItForGood() {
        try (TestView view = open()) {
            REGISTRY.unregister(REGISTRY.register(HookKinds.IDENTITY, "lumid", 0, bearer -> Optional.empty()));
            view.pass(10_000);
            assertThat(Calls.outcome(() -> view.hooks().authenticate("anything")))
                    .isEqualTo("401 No identity provider accepted the token");
            assertThat(Calls.outcome(() -> view.hooks().require(ADMIN, WORKFLOW, "read")))
                    .startsWith("503");
            assertThat(Calls.outcome(() -> view.hooks().accessibleIds(ADMIN, "workflow", "read")))
                    .startsWith("503");
        }
    }

    @Test
    void theFirstPermissionHookEndsItForGood() {
        try (TestView view = open()) {
            REGISTRY.register(HookKinds.PERMISSION, "lumid", 0, new PermissionChecker() {
                @Override
                public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                    return AccessibleIds.all();
                }

                @Override
                public void require(PrincipalContext principal, ResourceRef resource, String action) {}
            });
            assertThat(Calls.outcome(() -> view.hooks().authenticate("anything")))
                    .startsWith("401");
        }
    }

    @Test
    void aViewThatIsClosedAdmitsNobodyThoughItWasOpen() {
        TestView view = open();
        var hooks = view.hooks();
        view.close();
        assertThat(Calls.outcome(() -> hooks.authenticate("anything"))).startsWith("503");
        assertThat(Calls.outcome(() -> hooks.require(ADMIN, WORKFLOW, "read"))).startsWith("503");
    }

    @Test
    void closedAccessAdmitsNobodyThoughNoHookWasEverSeen() {
        try (TestView view = TestView.patient(REGISTRY)) {
            assertThat(Calls.outcome(() -> view.hooks().authenticate("anything")))
                    .isEqualTo("401 No identity provider accepted the token");
            assertThat(Calls.outcome(() -> view.hooks().require(ADMIN, WORKFLOW, "read")))
                    .startsWith("503");
        }
    }

    @Test
    void openingLiveAdmitsNobodyOnceAHookWasSeen() {
        try (TestView view = TestView.patient(REGISTRY)) {
            REGISTRY.unregister(REGISTRY.register(HookKinds.IDENTITY, "lumid", 0, bearer -> Optional.empty()));
            view.pass(10_000);
            view.apply(Map.of("access", "open"));
            assertThat(Calls.outcome(() -> view.hooks().authenticate("anything")))
                    .startsWith("401");
        }
    }
}
