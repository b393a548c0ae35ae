package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.HookRejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoIdentityProviderTest {
    @TempDir
    Path directory;

    private Path path;
    private DemoIdentityProvider identity;

    @BeforeEach
    void overNoFile() {
        path = directory.resolve("tokens.json");
        DemoRules rules = new DemoRules(Optional.of(new TokenFile(path)), Set.of());
        identity = new DemoIdentityProvider("flowmesh", () -> rules);
    }

    @Test
    void demoTokensBelongToAliceAndBob() {
        assertThat(identity.resolve("demo-admin-token")).contains(Principals.ALICE);
        assertThat(identity.resolve("demo-user-token")).contains(Principals.BOB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "nobody", "DEMO-USER-TOKEN", "demo-user-token ", "demo-user-token\n", "bob"})
    void unknownTokenIsNotClaimed(String bearer) {
        assertThat(identity.resolve(bearer)).isEmpty();
    }

    @Test
    void tokenTakenOutOfTheFileIsNotClaimedAnyMore() throws IOException {
        identity.resolve("demo-user-token");
        Files.writeString(path, "{}");
        assertThat(identity.resolve("demo-user-token")).isEmpty();
    }

    @Test
    void withoutGoodTokensNobodyIsUnknownOnlyUnavailable() throws IOException {
        Files.writeString(path, "{");
        assertThatThrownBy(() -> identity.resolve("demo-user-token"))
                .isInstanceOfSatisfying(
                        HookRejection.class, no -> assertThat(no.status()).isEqualTo(503))
                .hasMessageNotContaining(path.toString());

        Files.delete(path);
        assertThat(identity.resolve("demo-user-token")).contains(Principals.BOB);
    }

    @Test
    void providerThatServesNobodyAnyMoreAnswers503() {
        DemoIdentityProvider withdrawn = new DemoIdentityProvider("flowmesh", () -> DemoRules.NONE);
        assertThatThrownBy(() -> withdrawn.resolve("demo-user-token"))
                .isInstanceOfSatisfying(
                        HookRejection.class, no -> assertThat(no.status()).isEqualTo(503));
    }
}
