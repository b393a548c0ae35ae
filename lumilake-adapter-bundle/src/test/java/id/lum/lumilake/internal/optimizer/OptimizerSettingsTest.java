package id.lum.lumilake.internal.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the optimizer's settings may say. */
class OptimizerSettingsTest {
    private static Optional<OptimizerSettings> parsed(String... properties) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put(properties[i], properties[i + 1]);
        }
        DeclaredSettings<OptimizerConfiguration> settings =
                DeclaredSettings.of(OptimizerConfiguration.class, "id.lum.lumilake", map);
        Optional<OptimizerSettings> optimizer = OptimizerSettings.parse(settings);
        settings.throwIfRefused();
        return optimizer;
    }

    @Test
    void withoutAUrlThereIsNoOptimizerWhateverElseIsSet() {
        assertThat(parsed()).isEmpty();
        assertThat(parsed("optimizer.url", " ", ".runtime.token", "secret")).isEmpty();
    }

    @Test
    void whatIsNotSaidHasItsDefault() {
        assertThat(parsed("optimizer.url", "https://plan.example.org"))
                .get()
                .extracting(
                        OptimizerSettings::runtimeToken, OptimizerSettings::refresh, OptimizerSettings::scheduleTimeout)
                .containsExactly(Optional.empty(), Duration.ofMinutes(10), Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @CsvSource({
        "https://plan.example.org, https://plan.example.org/api/v1/optimizer",
        "https://plan.example.org:8443/x/, https://plan.example.org:8443/x/api/v1/optimizer",
        "http://localhost:1, http://localhost:1/api/v1/optimizer",
        "http://127.0.0.1:1///, http://127.0.0.1:1/api/v1/optimizer",
        "http://[::1]:1, http://[::1]:1/api/v1/optimizer"
    })
    void theCatalogIsBelowTheUrl(String url, String catalog) {
        OptimizerSettings settings = parsed("optimizer.url", url).orElseThrow();
        assertThat(settings.catalogUrl()).hasToString(catalog);
        assertThat(settings.scheduleUrl()).hasToString(catalog + "/schedule");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plan.example.org",
                "http://plan.example.org",
                "http://127.0.0.2:1",
                "http://localhost.example.org",
                "http://[::2]",
                "ftp://localhost",
                "https://",
                "https:///path",
                "https://user:canary@plan.example.org",
                "https://plan.example.org?token=canary",
                "https://plan.example.org#canary",
                "https://plan.example.org\\canary",
                "https://plan .example.org",
                "https://plan.example.org\tx",
                "https://plan.example.org:0",
                "https://plan.example.org:65536",
                "https://plan.example.org:",
                "$[env:LUMILAKE_REMOTE_OPTIMIZER_URL]",
                "VAULT://canary@x"
            })
    void aUrlThatIsNotAllowedIsRefusedByName(String url) {
        assertThatThrownBy(() -> parsed("optimizer.url", url))
                .isInstanceOf(SettingRefused.class)
                .hasMessageContaining("id.lum.lumilake: optimizer.url")
                .matches(refused ->
                        !url.matches(".*[@?#].*") || !refused.getMessage().contains("canary"));
    }

    @ParameterizedTest
    @CsvSource({
        "catalog.refresh.minutes, 0",
        "catalog.refresh.minutes, -1",
        "catalog.refresh.minutes, 10081",
        "catalog.refresh.minutes, soon",
        "schedule.timeout.ms, 0",
        "schedule.timeout.ms, 3600001",
        "schedule.timeout.ms, 1.5"
    })
    void aNumberOutOfBoundsIsRefusedAlsoWhileThereIsNoOptimizer(String property, String value) {
        assertThatThrownBy(() -> parsed(property, value))
                .isInstanceOf(SettingRefused.class)
                .hasMessageContaining(property + " = \"" + value + "\"");
    }

    @Test
    void aRuntimeTokenThatNoHeaderMayHoldIsRefusedAndNotShown() {
        assertThatThrownBy(() -> parsed(".runtime.token", "can\nary"))
                .isInstanceOf(SettingRefused.class)
                .hasMessageContaining(".runtime.token is refused")
                .hasMessageNotContaining("ary");
    }
}
