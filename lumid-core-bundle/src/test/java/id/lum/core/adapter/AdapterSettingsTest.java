package id.lum.core.adapter;

import static id.lum.core.policy.ActionRule.action;
import static id.lum.core.policy.KindRule.kind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.core.grants.GrantLevel;
import id.lum.core.policy.PermissionPolicy;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.sqlite.JournalMode;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterSettingsTest {
    private static final PermissionPolicy POLICY = PermissionPolicy.of(
            Set.of("*"),
            List.of(action("read", GrantLevel.READ), action("write", GrantLevel.WRITE)),
            List.of(kind("node").read("n:r"), kind("part").inheritsGrantsOf("node")));

    private static AdapterSettings parse(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of("acl.db.path", "/data/acl.sqlite"));
        all.putAll(properties);
        return AdapterSettings.parse(DeclaredSettings.of(AdapterConfiguration.class, "id.lum.test", all), POLICY);
    }

    @Test
    void anythingButThePathHasADefault() {
        AdapterSettings settings = parse(Map.of());
        assertThat(settings.store().store().path()).isEqualTo(Path.of("/data/acl.sqlite"));
        assertThat(settings.store().store().journalMode()).isEqualTo(JournalMode.WAL);
        assertThat(settings.store().cacheSize()).isEqualTo(100_000);
        assertThat(settings.store().store().owner()).isEqualTo("id.lum.test acl.db.path");
    }

    @Test
    void theSessionStartsWithTheJvmHoweverOftenTheSettingsAreRead() {
        Instant start =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        assertThat(parse(Map.of()).store().sessionStart()).isEqualTo(start);
        assertThat(parse(Map.of("grant.cache.size", "1")).store().sessionStart())
                .isEqualTo(start);
    }

    @Test
    void optionsWithAMeaningAreTaken() {
        assertThat(parse(Map.of(
                                "journal.mode", "Rollback",
                                "grant.cache.size", "0",
                                "fleet.kinds", "node : read",
                                "claimable.kinds", "node"))
                        .store()
                        .store()
                        .journalMode())
                .isEqualTo(JournalMode.ROLLBACK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            acl.db.path      |            | must be the path of the database of grants
            acl.db.path      | /          | must name a file
            acl.db.path      | $[env:X]   | not resolved
            journal.mode     | memory     | must be one of rollback, wal
            grant.cache.size | -1         | must be a whole number of grants from 0 to 10000000
            fleet.kinds      | node       | must list kinds with an action each, such as worker:read
            fleet.kinds      | node:a:b   | must list kinds with an action each, such as worker:read
            fleet.kinds      | ghost:read | names an unknown kind ghost
            fleet.kinds      | node:fly   | names an unknown action fly
            fleet.kinds      | node:write | names write, which changes things and therefore always takes a grant
            fleet.kinds      | part:read  | names part and read, for which there is no scope that could open it
            claimable.kinds  | ghost      | names an unknown kind ghost
            claimable.kinds  | part       | names part, which has no grants of its own to claim
            """)
    void aBadValueIsRefusedWithPidPropertyValueAndRemedy(String property, String value, String remedy) {
        String text = value == null ? "" : value;
        assertThatThrownBy(() -> parse(Map.of(property, text)))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.test: " + property + " = \"" + text + "\" is refused: it ")
                .hasMessageContaining(remedy);
    }

    @Test
    void everyBadValueIsNamedAtOnce() {
        assertThatThrownBy(() -> parse(Map.of(
                        "acl.db.path", "",
                        "journal.mode", "memory",
                        "grant.cache.size", "-1",
                        "fleet.kinds", "node, ghost:read",
                        "claimable.kinds", "part")))
                .message()
                .matches("id.lum.test: acl.db.path = .*id.lum.test: claimable.kinds = .*id.lum.test: fleet.kinds = .*"
                        + "id.lum.test: grant.cache.size = .*id.lum.test: journal.mode = .*")
                .containsOnlyOnce("fleet.kinds");
    }
}
