package id.lum.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostSettingsTest {
    private static HostSettings parse(Map<String, ?> properties) {
        return HostSettings.parse(
                DeclaredSettings.of(HostViewConfiguration.class, "id.lum.hooks.host~x", properties), TestView.KINDS);
    }

    private static List<String> required(Map<String, ?> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("host", "acme");
        return parse(all).required().stream().map(Requirement::toString).toList();
    }

    @Test
    void anythingButTheHostHasADefault() {
        HostSettings settings = parse(Map.of("host", "acme"));
        assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.open()).isFalse();
        assertThat(required(Map.of())).containsExactly("identity hook", "permission hook", "registrar hook");
    }

    @Test
    void aListOfRequirementsIsReadFromTextAndFromArrays() {
        List<String> expected = List.of("identity hook", "permission hook lumid");
        assertThat(required(Map.of("required", "identity, permission:lumid"))).isEqualTo(expected);
        assertThat(required(Map.of("required", new String[] {"identity", "permission : lumid"})))
                .isEqualTo(expected);
        assertThat(required(Map.of("required", ""))).isEmpty();
        assertThat(required(Map.of("access", "open"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            host     |                | it must name the host that this view is for, such as flowmesh.
            host     | a b            | it must be a plain name: a letter or digit, then letters (A to Z, a to z), digits, ".", "_" or "-".
            host     | a,b            | it must be a plain name
            host     | a*(b)          | it must be a plain name
            host     | -a             | it must be a plain name
            host     | häst           | it must be a plain name
            host     | $[env:HOST]    | it holds a placeholder or reference that was not resolved.
            required | identiy        | it must list kinds of hooks (identity, guard, permission, registrar, usage, supplier, optimizer)
            required | permission:    | it must list kinds of hooks
            required | :lumid         | it must list kinds of hooks
            required | Identity       | it must list kinds of hooks
            grace.ms | -1             | it must be a whole number of milliseconds from 0 to 600000.
            grace.ms | 600001         | it must be a whole number of milliseconds from 0 to 600000.
            grace.ms | 2s             | it must be a whole number of milliseconds from 0 to 600000.
            access   | opne           | it must be one of closed, open.
            """)
    void aBadValueIsRefusedWithPidPropertyValueAndRemedy(String property, String value, String remedy) {
        Map<String, Object> properties = new HashMap<>(Map.of("host", "acme"));
        String text = value == null ? "" : value;
        properties.put(property, text);
        assertThatThrownBy(() -> parse(properties))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.hooks.host~x: " + property + " = \"" + text + "\" is refused: ")
                .hasMessageContaining(remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flowmesh", "a", "9", "Acme.Jobs_2-b"})
    void plainNameIsAcceptedAsAHost(String host) {
        assertThat(parse(Map.of("host", host)).host()).isEqualTo(host);
    }

    @Test
    void openAccessTogetherWithARequirementIsRefused() {
        assertThatThrownBy(() -> parse(Map.of("host", "acme", "access", "open", "required", "identity")))
                .hasMessageContaining("must be empty while access is open");
    }

    @Test
    void everyBadValueIsNamedAtOnce() {
        assertThatThrownBy(
                        () -> parse(Map.of("required", "identiy, permission:", "grace.ms", "soon", "access", "opne")))
                .message()
                .matches(
                        "id.lum.hooks.host~x: access = .*id.lum.hooks.host~x: grace.ms = .*id.lum.hooks.host~x: host = .*"
                                + "id.lum.hooks.host~x: required = .*")
                .containsOnlyOnce("must list kinds of hooks");
    }
}
