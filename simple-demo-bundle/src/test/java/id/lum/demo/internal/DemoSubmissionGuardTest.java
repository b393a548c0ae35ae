package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Refusal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DemoSubmissionGuardTest {
    private final AtomicReference<DemoRules> rules = new AtomicReference<>(DemoRules.NONE);
    private final DemoSubmissionGuard guard = new DemoSubmissionGuard("flowmesh", rules::get);

    @Test
    void blockedPrincipalMayNotSubmit() {
        block("bob");
        assertThatThrownBy(() -> guard.check(Principals.BOB))
                .isInstanceOfSatisfying(HookRejection.class, no -> {
                    assertThat(no.status()).isEqualTo(403);
                    assertThat(no.refusal()).isEqualTo(Refusal.BLOCKED);
                })
                .hasMessage("Principal bob is blocked from submitting work on this server.");
    }

    @Test
    void evenAnAdministratorCanBeBlocked() {
        block("alice");
        assertThatThrownBy(() -> guard.check(Principals.ALICE)).isInstanceOf(HookRejection.class);
    }

    @Test
    void everybodyElseMaySubmit() {
        block("bob", "bobby", "demo", "bob@example.com");
        assertThatCode(() -> guard.check(Principals.CAROL)).doesNotThrowAnyException();
        assertThatCode(() -> guard.check(Principals.named("Bob", "user"))).doesNotThrowAnyException();
    }

    @Test
    void changedListCountsAtTheNextCall() {
        block("bob");
        assertThatThrownBy(() -> guard.check(Principals.BOB)).isInstanceOf(HookRejection.class);
        block("carol");
        assertThatCode(() -> guard.check(Principals.BOB)).doesNotThrowAnyException();
        assertThatThrownBy(() -> guard.check(Principals.CAROL)).isInstanceOf(HookRejection.class);
    }

    @Test
    void idInTheSentenceStaysOnOneLine() {
        PrincipalContext hostile = Principals.named("bob\nroot");
        block("bob\nroot");
        assertThatThrownBy(() -> guard.check(hostile)).hasMessageContaining("bob\\u000aroot");
    }

    private void block(String... ids) {
        rules.set(new DemoRules(Optional.empty(), Set.of(ids)));
    }
}
