package id.lum.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.config.SettingRefused;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntrospectionSettingsTest {
    @Test
    void everythingHasADefault() {
        assertThat(TestSettings.of())
                .isEqualTo(new IntrospectionSettings(
                        URI.create("https://lum.id"),
                        "lumid",
                        Optional.empty(),
                        Duration.ofSeconds(60),
                        10_000,
                        Duration.ZERO,
                        Duration.ofSeconds(3),
                        64));
    }

    @Test
    void everythingCanBeSet() {
        assertThat(TestSettings.of(
                        "base.url", "http://lumid.internal:8080/id/",
                        "allow.http.hosts", "other, lumid.internal",
                        "org.id", "acme",
                        "client.id", "hooks",
                        ".client.secret", "s3cret",
                        "cache.seconds", "0",
                        "cache.size", 5,
                        "cache.rejected.seconds", "60",
                        "request.timeout.ms", "250",
                        "requests.in.flight", "1"))
                .isEqualTo(new IntrospectionSettings(
                        URI.create("http://lumid.internal:8080/id"),
                        "acme",
                        Optional.of(new ClientCredentials("hooks", "s3cret")),
                        Duration.ZERO,
                        5,
                        Duration.ofSeconds(60),
                        Duration.ofMillis(250),
                        1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            base.url           | http://lum.id    | must begin with https://, because its host
            base.url           | $[env:X]         | holds a placeholder or reference that was not resolved.
            org.id             | $[env:X]         | holds a placeholder or reference that was not resolved.
            cache.seconds      | -1               | must be a whole number of seconds from 0 to 86400.
            cache.seconds      | 86401            | must be a whole number of seconds from 0 to 86400.
            cache.seconds      | 1m               | must be a whole number of seconds from 0 to 86400.
            cache.size         | 0                | must be a whole number of answers from 1 to 1000000.
            cache.rejected.seconds | 61          | must be a whole number of seconds from 0 to 60.
            request.timeout.ms | 0                | must be a whole number of milliseconds from 1 to 60000.
            request.timeout.ms | 60001            | must be a whole number of milliseconds from 1 to 60000.
            requests.in.flight | 0                | must be a whole number of requests from 1 to 1024.
            requests.in.flight | 1025             | must be a whole number of requests from 1 to 1024.
            allow.http.hosts   | http://lum.id    | must list names of hosts
            client.id          | VAULT://id       | holds a placeholder or reference that was not resolved.
            """)
    void aBadValueIsRefusedWithPidPropertyValueAndRemedy(String property, String value, String remedy) {
        assertThatThrownBy(() -> TestSettings.of(property, value))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.core: " + property + " = \"" + value + "\" is refused: it " + remedy);
    }

    @Test
    void aClientNeedsBothIdAndSecret() {
        assertThatThrownBy(() -> TestSettings.of("client.id", "hooks"))
                .hasMessage("id.lum.core: .client.secret is refused: it must be set, because client.id and"
                        + " .client.secret go together.");
        assertThatThrownBy(() -> TestSettings.of(".client.secret", "canary", "client.id", " "))
                .hasMessageStartingWith("id.lum.core: client.id = ")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"canary\nx", "canary\r\nX-Evil: 1", "canary\u0001x", "canäry", "canary\u007f", "VAULT://canary"})
    void aSecretThatNoHeaderMayHoldIsRefusedAndNotShown(String secret) {
        assertThatThrownBy(() -> TestSettings.of("client.id", "hooks", ".client.secret", secret))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.core: .client.secret is refused: it ")
                .hasMessageNotContaining("can")
                .hasNoCause();
    }

    @Test
    void theSecretIsNotPrinted() {
        IntrospectionSettings settings = TestSettings.of("client.id", "hooks", ".client.secret", "canary");
        assertThat(settings.toString()).contains("hooks", "https://lum.id").doesNotContain("canary");
        assertThat(settings.client().orElseThrow().toString()).contains("hooks").doesNotContain("canary");
    }

    @Test
    void everyBadValueIsNamedAtOnceAndNoSecretIsShown() {
        assertThatThrownBy(() -> TestSettings.of(
                        "base.url", "ftp://lum.id",
                        "allow.http.hosts", "*",
                        "client.id", "hooks",
                        ".client.secret", "canary\ncanary",
                        "cache.size", "many",
                        "cache.seconds", "60"))
                .isInstanceOf(SettingRefused.class)
                .hasMessage("id.lum.core: .client.secret is refused: it must consist of characters that an HTTP header"
                        + " may hold. id.lum.core: allow.http.hosts = \"*\" is refused: it must list names of hosts,"
                        + " each without scheme, port and wildcard. id.lum.core: base.url = \"ftp://lum.id\" is"
                        + " refused: it must begin with https://. id.lum.core: cache.size = \"many\" is refused: it"
                        + " must be a whole number of answers from 1 to 1000000.");
    }

    @Test
    void urlIsNotRefusedBecauseTheListOfHostsIs() {
        assertThatThrownBy(() -> TestSettings.of("base.url", "http://lumid", "allow.http.hosts", "http://lumid"))
                .hasMessageContaining("allow.http.hosts")
                .hasMessageNotContaining("base.url");
    }

    @Test
    void everyDeclaredSettingIsRead() {
        Object[] unresolved = Stream.of(
                        "base.url",
                        "org.id",
                        "client.id",
                        ".client.secret",
                        "cache.seconds",
                        "cache.size",
                        "cache.rejected.seconds",
                        "request.timeout.ms",
                        "requests.in.flight",
                        "allow.http.hosts")
                .flatMap(name -> Stream.of(name, "$[env:X]"))
                .toArray();
        assertThatThrownBy(() -> TestSettings.of(unresolved))
                .satisfies(refused -> assertThat(refused.getMessage().split("not resolved\\.", -1))
                        .hasSize(CoreConfiguration.class.getDeclaredMethods().length + 1));
    }
}
