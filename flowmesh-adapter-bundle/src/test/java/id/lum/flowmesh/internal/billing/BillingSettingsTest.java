package id.lum.flowmesh.internal.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.flowmesh.internal.runmesh.RunmeshEndpoint;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.sqlite.JournalMode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BillingSettingsTest {
    private static final Map<String, Object> ON = Map.of(
            "billing.base.url", "https://run.example.org/api/",
            ".bridge.secret", "s3cret",
            "outbox.db.path", "/data/outbox.sqlite");

    private static BillingSettings parse(Map<String, Object> properties) {
        DeclaredSettings<BillingConfiguration> settings =
                DeclaredSettings.of(BillingConfiguration.class, "id.lum.test", properties);
        BillingSettings billing = BillingSettings.parse(settings, JournalMode.ROLLBACK);
        settings.throwIfRefused();
        return billing;
    }

    private static BillingSettings parse(String property, Object value) {
        Map<String, Object> all = new HashMap<>(ON);
        all.put(property, value);
        return parse(all);
    }

    @Test
    void anythingButUrlSecretAndPathHasADefault() {
        BillingSettings settings = parse(ON);
        assertThat(settings.isOn()).isTrue();
        assertThat(settings.guard()).isFalse();
        assertThat(settings.runmesh())
                .contains(new RunmeshEndpoint(URI.create("https://run.example.org/api"), "s3cret"));
        assertThat(settings.runmesh().orElseThrow().entry())
                .isEqualTo(URI.create("https://run.example.org/api/billing/flowmesh-entry"));
        assertThat(settings.runmesh().orElseThrow().balance())
                .isEqualTo(URI.create("https://run.example.org/api/billing/check-balance"));
        assertThat(settings.mostRows()).isEqualTo(1_000_000);
        assertThat(settings.retention()).isEqualTo(Duration.ofDays(30));
        assertThat(settings.refusals()).isEqualTo(10);
        assertThat(settings.outbox()).hasValueSatisfying(outbox -> {
            assertThat(outbox.path()).isEqualTo(Path.of("/data/outbox.sqlite"));
            assertThat(outbox.journalMode()).isEqualTo(JournalMode.ROLLBACK);
            assertThat(outbox.owner()).isEqualTo("id.lum.test outbox.db.path");
        });
        assertThat(settings.refusal()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"billing.base.url, ''", "billing.base.url, ' '", ".bridge.secret, ''", ".bridge.secret, ' '"})
    void withoutUrlOrSecretThereIsNoBilling(String property, String value) {
        BillingSettings settings = parse(property, value);
        assertThat(settings.isOn()).isFalse();
        assertThat(settings.runmesh()).isEmpty();
        assertThat(settings.refusal()).isEmpty();
        assertThat(settings.outbox()).as("its rows wait").isPresent();
    }

    @Test
    void withoutBillingThePathMayBeMissing() {
        assertThat(parse(Map.of()).outbox()).isEmpty();
        assertThat(parse(Map.of("billing.base.url", "http://unchecked.example.org"))
                        .isOn())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"on, true", "ON, true", "true, true", "True, true", "off, false", "FALSE, false", "'', false"})
    void theGuardIsSwitchedByAWordInAnyCase(String word, boolean on) {
        assertThat(parse("balance.guard", word).guard()).isEqualTo(on);
        assertThat(parse("balance.guard", true).guard()).isTrue();
    }

    @Test
    void blanksAndLineBreaksAroundASecretAreNoPartOfIt() {
        assertThat(parse(".bridge.secret", " s3cret\r\n")
                        .runmesh()
                        .orElseThrow()
                        .secret())
                .isEqualTo("s3cret");
    }

    @Test
    void valuesAtTheirBoundsAreTaken() {
        assertThat(parse("outbox.max.rows", "1").mostRows()).isEqualTo(1);
        assertThat(parse("outbox.max.rows", 100_000_000L).mostRows()).isEqualTo(100_000_000);
        assertThat(parse("outbox.retention.days", "3650").retention()).isEqualTo(Duration.ofDays(3650));
        assertThat(parse("outbox.refusals", "2").refusals()).isEqualTo(2);
        assertThat(parse("outbox.refusals", "1000").refusals()).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            balance.guard         | maybe      | must be one of false, off, on, true
            outbox.db.path        |            | must be the path of the database of usage rows
            outbox.db.path        | /          | must name a file
            outbox.db.path        | $[env:X]   | not resolved
            outbox.max.rows       | 0          | must be a whole number of rows from 1 to 100000000
            outbox.max.rows       | 1e6        | must be a whole number of rows from 1 to 100000000
            outbox.retention.days | 0          | must be a whole number of days from 1 to 3650
            outbox.retention.days | -1         | must be a whole number of days from 1 to 3650
            outbox.retention.days | 3651       | must be a whole number of days from 1 to 3650
            outbox.refusals       | 1          | must be a whole number of refusals from 2 to 1000
            outbox.refusals       | 1001       | must be a whole number of refusals from 2 to 1000
            """)
    void aBadValueIsRefusedWithPidPropertyValueAndRemedy(String property, String value, String remedy) {
        String text = value == null ? "" : value;
        assertThatThrownBy(() -> parse(property, text))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.test: " + property + " = \"" + text + "\" is refused: it ")
                .hasMessageContaining(remedy);
    }

    /** Rows are taken, and wait for it to be mended. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            billing.base.url | http://run.example.org       | must begin with https://
            billing.base.url | ftp://run.example.org        | must begin with https://
            billing.base.url | run.example.org              | must name a host
            billing.base.url | https://run.example.org?a=b  | must have no query
            billing.base.url | https://u:canary@example.org | must have no user info
            billing.base.url | $[env:URL]                   | not resolved
            billing.base.url | VAULT://url                  | not resolved
            .bridge.secret   | $[secret:bridge]             | not resolved
            .bridge.secret   | VAULT://canary               | not resolved
            .bridge.secret   | canary\u00e9                 | must consist of characters
            allow.http.hosts | https://canary               | must list names of hosts
            """)
    void aUrlOrSecretThatIsRefusedIsNotOff(String property, String value, String remedy) {
        BillingSettings settings = parse(property, value);
        assertThat(settings.isOn()).isTrue();
        assertThat(settings.runmesh()).isEmpty();
        assertThat(settings.outbox()).isPresent();
        assertThat(settings.refusal()).hasValueSatisfying(refused -> {
            assertThat(refused)
                    .hasMessageStartingWith("id.lum.test: " + property)
                    .hasMessageContaining(remedy);
            if (!property.equals("allow.http.hosts")) {
                assertThat(refused.toString()).doesNotContain("canary");
            }
        });
    }

    @Test
    void aSecretOfTwoLinesIsRefusedAndNotShown() {
        BillingSettings settings = parse(".bridge.secret", "canary\ncanary");
        assertThat(settings.refusal()).isPresent();
        assertThat(settings.isOn()).isTrue();
        assertThat(settings.toString()).doesNotContain("canary");
    }

    @Test
    void everyBadValueIsNamedAtOnceWithTheUrlAndTheSecret() {
        Map<String, Object> all = new HashMap<>(ON);
        all.putAll(Map.of(
                "billing.base.url", "https://u:canary@example.org",
                ".bridge.secret", "canary\u00e9",
                "balance.guard", "maybe",
                "outbox.refusals", "1",
                "outbox.max.rows", "0"));
        assertThatThrownBy(() -> parse(all))
                .hasMessageContainingAll(
                        ".bridge.secret is refused: it must consist of",
                        "balance.guard = \"maybe\" is refused",
                        "billing.base.url = \"(not shown)\" is refused: it must have no user info",
                        "outbox.max.rows = \"0\" is refused",
                        "outbox.refusals = \"1\" is refused")
                .hasMessageNotContaining("canary");
    }

    @Test
    void nothingOfTheSettingsPrintsTheSecret() {
        assertThat(parse(ON).toString()).contains("run.example.org").doesNotContain("s3cret");
    }

    @Test
    void aHostThatIsListedMayBeReachedWithoutTls() {
        Map<String, Object> all = new HashMap<>(ON);
        all.put("billing.base.url", "http://run.example.org:8080");
        all.put("allow.http.hosts", "run.example.org");
        assertThat(parse(all).runmesh()).isPresent();
        assertThat(parse("billing.base.url", "http://127.0.0.1:8080").runmesh()).isPresent();
    }
}
