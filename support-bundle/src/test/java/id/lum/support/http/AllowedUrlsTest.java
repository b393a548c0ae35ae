package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.config.Url;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedUrlsTest {
    private static final String HOSTS = "runmesh, Runmesh.Internal, [fd00::7], 10.0.0.5";

    @interface Declared {
        @Url
        String url();

        String hosts();
    }

    private static DeclaredSettings<Declared> settings(Map<String, ?> properties) {
        return DeclaredSettings.of(Declared.class, "id.lum.test", properties);
    }

    private static URI read(Object value) {
        DeclaredSettings<Declared> settings = settings(Map.of("url", value, "hosts", HOSTS));
        Optional<URI> url = AllowedUrls.listed(settings, Declared::hosts).read(settings, Declared::url);
        settings.throwIfRefused();
        return url.orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            https://lum.id,                    https://lum.id
            https://lum.id/,                   https://lum.id
            https://lum.id///,                 https://lum.id
            https://lum.id/a/b/,               https://lum.id/a/b
            https://lum.id:8443/,              https://lum.id:8443
            https://lum.id:65535,              https://lum.id:65535
            https://10.1.2.3,                  https://10.1.2.3
            https://[fd00::1]:1/x,             https://[fd00::1]:1/x
            http://localhost,                  http://localhost
            http://LocalHost:8080/,            http://LocalHost:8080
            http://127.0.0.1:9,                http://127.0.0.1:9
            http://[::1]:9/,                   http://[::1]:9
            http://runmesh:8080,               http://runmesh:8080
            http://RUNMESH,                    http://RUNMESH
            http://runmesh.internal,           http://runmesh.internal
            http://[fd00::7]:80,               http://[fd00::7]:80
            http://10.0.0.5,                   http://10.0.0.5
            """)
    void anAllowedUrlIsReadWithoutTrailingSlashes(String value, String url) {
        assertThat(read(value)).hasToString(url);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://lum.id               | must begin with https://, because its host
            http://10.0.0.6             | must begin with https://, because its host
            http://runmesh.evil         | must begin with https://, because its host
            http://xrunmesh             | must begin with https://, because its host
            http://localhost.evil       | must begin with https://, because its host
            http://localhost.           | must begin with https://, because its host
            http://127.0.0.2            | must begin with https://, because its host
            http://127.1                | must name a host
            http://2130706433           | must begin with https://, because its host
            http://0.0.0.0              | must begin with https://, because its host
            http://[0:0:0:0:0:0:0:1]    | must begin with https://, because its host
            http://[::ffff:127.0.0.1]   | must begin with https://, because its host
            ftp://localhost             | must begin with https://.
            file://localhost/etc        | must begin with https://.
            //localhost                 | must begin with https://.
            https:lum.id                | must name a host
            lum.id                      | must name a host
            localhost:8080              | must name a host
            https://                    | must be a URL
            https:///path               | must name a host
            https://a_b                 | must name a host
            https://-a                  | must name a host
            https://a:b                 | must name a host
            https://a:-1                | must name a host
            https://a:99999999999       | must name a host
            https://[::1                | must be a URL
            https://a:0                 | must have a port from 1 to 65535
            https://a:65536             | must have a port from 1 to 65535
            https://a:                  | must have a port from 1 to 65535
            https://a:/x                | must have a port from 1 to 65535
            https://a/%zz               | must be a URL
            https://a b                 | must have no blank
            https://a\\b                | must have no blank, backslash
            https://a/é                 | must have no blank, backslash, control or non-ASCII
            https://ｌum.id             | must have no blank, backslash, control or non-ASCII
            $[env:LUM_ID_BASE_URL]      | holds a placeholder or reference that was not resolved.
            VAULT://lumid/url           | holds a placeholder or reference that was not resolved.
            """)
    void anythingElseIsRefusedWithPidPropertyValueAndRemedy(String cell, String remedy) {
        String value = cell.replace("\\\\", "\\");
        assertThatThrownBy(() -> read(value))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.test: url = \"" + id.lum.hooks.LogSafe.of(value) + "\" is refused: it ")
                .hasMessageContaining("it " + remedy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://canary@lum.id",
                "https://user:canary@lum.id",
                "https://user:canary@lum.id:99999",
                "https://user:canary@",
                "https://user:can\u0007ary@lum.id",
                "https://user:canary@@lum.id",
                "http://user:canary@localhost",
                "ftp://user:canary@localhost",
                "https:user:canary@lum.id",
                "https://lum.id?token=canary",
                "https://lum.id/#canary",
                "https://lum.id/?",
                "https://lum.id#",
                "https://@lum.id",
                "https://user:canary@$[env:HOST]",
                "FILE://x?canary",
            })
    void userInfoQueryAndFragmentAreRefusedWithoutBeingShown(String value) {
        assertThatThrownBy(() -> read(value))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.test: url = \"(not shown)\" is refused: it must ")
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("lum.id/")
                .hasNoCause();
    }

    @Test
    void severalUrlsAreRefusedAndShownOnlyIfNothingIsPrivateInThem() {
        assertThatThrownBy(() -> read(new String[] {"https://a", "https://b"})).hasMessageContaining("https://b");
        assertThatThrownBy(() -> read(new String[] {"https://a", "https://u:canary@b"}))
                .hasMessageContaining("(not shown)")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a\u0001", "https://a/\u001b[31m", "https://a\u007f"})
    void controlCharactersAreRefusedAndEscaped(String value) {
        assertThatThrownBy(() -> read(value))
                .hasMessageContaining("must have no blank, backslash, control")
                .message()
                .matches("[ -~]*");
    }

    @Test
    void anEmptyUrlIsAbsent() {
        DeclaredSettings<Declared> settings = settings(Map.of("url", " "));
        assertThat(AllowedUrls.LOOPBACK.read(settings, Declared::url)).isEmpty();
        assertThat(AllowedUrls.LOOPBACK.read(settings(Map.of()), Declared::url)).isEmpty();
        settings.throwIfRefused();
    }

    @Test
    void loopbackAloneAllowsNoOtherHostWithoutTls() {
        DeclaredSettings<Declared> settings = settings(Map.of("url", "http://runmesh"));
        assertThat(AllowedUrls.LOOPBACK.read(settings, Declared::url)).isEmpty();
        assertThatThrownBy(settings::throwIfRefused).isInstanceOf(SettingRefused.class);
    }

    @Test
    void urlIsNotRefusedBecauseTheListOfHostsIs() {
        DeclaredSettings<Declared> settings = settings(Map.of("url", "http://runmesh", "hosts", "http://runmesh"));
        AllowedUrls.listed(settings, Declared::hosts).read(settings, Declared::url);
        assertThatThrownBy(settings::throwIfRefused)
                .hasMessageStartingWith("id.lum.test: hosts")
                .hasMessageNotContaining("url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://runmesh", "runmesh:8080", "*", "*.internal", "run mesh", "a,b/c", "u@h", "$[env:X]"})
    void aListOfHostsHoldsNamesOnly(String hosts) {
        DeclaredSettings<Declared> settings = settings(Map.of("hosts", hosts));
        AllowedUrls.listed(settings, Declared::hosts);
        assertThatThrownBy(settings::throwIfRefused)
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith("id.lum.test: hosts = \"" + hosts + "\" is refused");
    }
}
