package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {
    @ParameterizedTest
    @CsvSource({
        "runmesh-bridge, runmesh-bridge,      true",
        "runmesh-*,      runmesh-bridge,      true",
        "runmesh-*,      runmesh-,            true",
        "runmesh-*,      runmesh,             false",
        "runmesh-*,      other-runmesh-x,     false",
        "runmesh-*,      runmesh-a/b,         true",
        "runmesh-*,      runmesh-/../other,   false",
        "runmesh-*,      runmesh-/./other,    false",
        "runmesh-*,      runmesh-/..,         false",
        "runmesh-*,      'runmesh-\\..\\x',   false",
        "runmesh-*,      runmesh-..x,         true",
        "runmesh-*/key,  runmesh-a/key,       true",
        "runmesh-*/key,  runmesh-a/keys,      false",
        "*,              anything/at.all,     true",
        "*,              ../x,                false",
        "../x,           ../x,                true",
        "**a*b**,        xaxbx,               true",
        "**a*b**,        xbxax,               false",
        "a*a,            a,                   false",
        "a*a,            aa,                  true",
        "a.c,            abc,                 false",
        "A,              a,                   false",
        "*ab,            aab,                 true"
    })
    void starStandsForAnythingThatDoesNotClimb(String pattern, String path, boolean covered) {
        assertThat(covers(pattern, path)).isEqualTo(covered);
    }

    @Test
    void patternOfManyStarsIsQuick() {
        String pattern = "*a".repeat(200) + "b";
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(covers(pattern, "a".repeat(2048))).isFalse());
    }

    @ParameterizedTest
    @CsvSource({
        "id.lum.flowmesh,           '',              FILE, runmesh-bridge, true",
        "id.lum.flowmesh,           '',              FILE, other,          false",
        "id.lum.flowmesh,           '',              VAULT,runmesh-bridge, false",
        "id.lum.flowmes,            '',              FILE, runmesh-bridge, false",
        "id.lum.flowmesh2,          '',              FILE, runmesh-bridge, false",
        "id.lum.flowmesh~a,         '',              FILE, runmesh-bridge, false",
        "id.lum.flowmesh|id.lum|1,  '',              FILE, runmesh-bridge, true",
        "id.lum.hooks.host~one,     id.lum.hooks.host,  ENV,  HOST,  true",
        "id.lum.hooks.host~two,     id.lum.hooks.host,  ENV,  HOST,  true",
        "id.lum.hooks.host~two,     'id.lum.hooks.host|x',  ENV,  HOST,  true",
        "id.lum.hooks.host~two,     id.lum.hooks.host,  ENV,  TWO,   true",
        "id.lum.hooks.host~one,     id.lum.hooks.host,  ENV,  TWO,   false"
    })
    void ruleNamesAPidOrItsFactory(String pid, String factory, String prefix, String path, boolean permitted) {
        AllowList list = AllowList.parse(List.of(
                        "id.lum.flowmesh FILE runmesh-*",
                        "id.lum.hooks.host ENV HOST",
                        "id.lum.hooks.host~two\tENV  TWO"))
                .orElseThrow();
        ConfigTarget consumer = new ConfigTarget(pid, Optional.of(factory).filter(text -> !text.isEmpty()));
        assertThat(list.permits(consumer, new SecretLocator(prefix, path, ""))).isEqualTo(permitted);
        assertThat(new AllowList(List.of()).permits(consumer, new SecretLocator(prefix, path, "")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a FILE", "a FILE b c", "a file b", "* FILE b", "a.* FILE b", "a 1FILE b", "a F* b"})
    void whatIsNoRuleMakesTheListNone(String words) {
        assertThat(AllowList.parse(List.of("a FILE b", words))).isEmpty();
    }

    private static boolean covers(String pattern, String path) {
        return AllowList.parse(List.of("pid FILE " + pattern))
                .orElseThrow()
                .permitsToAnybody(new SecretLocator("FILE", path, ""));
    }
}
