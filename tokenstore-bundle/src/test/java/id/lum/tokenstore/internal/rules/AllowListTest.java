package id.lum.tokenstore.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.tokenstore.internal.grammar.Address;
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
        assertThat(new PathPattern(pattern).covers(path)).isEqualTo(covered);
    }

    @Test
    void patternOfManyStarsIsQuick() {
        PathPattern pattern = new PathPattern("*a".repeat(200) + "b");
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(pattern.covers("a".repeat(2048))).isFalse());
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
        Consumer consumer = new Consumer(pid, Optional.of(factory).filter(text -> !text.isEmpty()));
        assertThat(list.permits(consumer, new Address(prefix, path, ""))).isEqualTo(permitted);
        assertThat(AllowList.NONE.permits(consumer, new Address(prefix, path, "")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a FILE", "a FILE b c", "a file b", "* FILE b", "a.* FILE b", "a 1FILE b", "a F* b"})
    void whatIsNoRuleMakesTheListNone(String words) {
        assertThat(AllowList.parse(List.of("a FILE b", words))).isEmpty();
    }
}
