package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import id.lum.tokenstore.internal.KeyLookup.NoSuchKey;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyLookupTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'a':'x'} ~ a ~ x",
                "{'a':1.50} ~ a ~ 1.50",
                "{'a':-0} ~ a ~ -0",
                "{'a':1E+5} ~ a ~ 1E+5",
                "{'a':12345678901234567890.123456789012345678901234567890} ~ a ~ 12345678901234567890.123456789012345678901234567890",
                "{'a':true,'b':false} ~ b ~ false",
                "{'a':null} ~ a ~ null",
                "{'a': [ 1.50 , {'b' : 1E5} ] } ~ a ~ [ 1.50 , {'b' : 1E5} ]",
                "{'a':{'b':[]}} ~ a ~ {'b':[]}",
                "{'a':'x','o':{'a':'y'}} ~ a ~ x",
                "{'o':{'a':'y'},'a':'x'} ~ a ~ x",
                "{'a':{'a':1}} ~ a ~ {'a':1}",
                "{'a':{'a':1},'b':{'a':2}} ~ a ~ {'a':1}",
                "{'a.b':'x','a':{'b':'y'}} ~ a.b ~ x",
                "{'a':{'b':'y'}} ~ a.b ~ y",
                "{'o':[{'a':{'b':'y'}}]} ~ a.b ~ y",
                "{'o':{'a.b':'x'},'a':{'b':'y'}} ~ a.b ~ y",
                "{'a':{'b':{'c':1}},'b':{'d':2}} ~ a.b.c ~ 1",
                "{'a..b':'x'} ~ a..b ~ x",
                "{'':{'':'x'}} ~ . ~ x",
                "[{'a':1}] ~ a ~ 1",
                "[[{'u':'one'}]] ~ u ~ one",
                "{'a':[{'b':1}],'c':{'a':{'b':2}}} ~ a.b ~ 2",
                "{'\\u0061':'x'} ~ a ~ x",
                "{'m\u00fc':'\u00e9'} ~ m\u00fc ~ \u00e9",
                "{'a|b':'x'} ~ a|b ~ x",
            })
    void aKeyMeansOneThing(String value, String key, String expected) throws NoSuchKey {
        assertThat(find(json(value), key)).isEqualTo(json(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'a':1} ~ b ~ no such key",
                "{'a':1} ~ A ~ no such key",
                "{'a':'b'} ~ a.b ~ no such key",
                "{'a':{'b':1}} ~ .b ~ no such key",
                "{'a':{'b':1}} ~ a. ~ no such key",
                "{'a':{'b':1}} ~ a..b ~ no such key",
                "{'a':{'b':1}} ~ * ~ no such key",
                "{'a':[1,2]} ~ a.0 ~ no such key",
                "{'a':[{'b':1}]} ~ a.b ~ no such key",
                "{} ~ a ~ no such key",
                "42 ~ a ~ no such key",
                "'a' ~ a ~ no such key",
                "{'o':{'k':1},'p':{'k':1}} ~ k ~ in several places",
                "{'o':{'k':{'k':1}}} ~ k ~ in several places",
                "{'o':[{'k':1},{'k':2}]} ~ k ~ in several places",
                "{'a':1,'a':1} ~ a ~ not JSON",
                "{'a':1,'o':{'b':1,'b':2}} ~ a ~ not JSON",
                "{'a':1,'o':{'b':1,'\\u0062':2}} ~ a ~ not JSON",
                "{'a':1}{} ~ a ~ follows",
                "{'a':1}x ~ a ~ not JSON",
                "42 43 ~ a ~ follows",
                "{'a':1 ~ a ~ not JSON",
                "{'a':01} ~ a ~ not JSON",
                "{'a':NaN} ~ a ~ not JSON",
                "{'a':1,} ~ a ~ not JSON",
                "{a:1} ~ a ~ not JSON",
                "{'a':1}/**/ ~ a ~ not JSON",
                "not json ~ a ~ not JSON",
                "\uFEFF{'a':1} ~ a ~ not JSON",
                "`` ~ a ~ empty",
            })
    void otherwiseThereIsNone(String value, String key, String sentence) {
        assertThatExceptionOfType(NoSuchKey.class)
                .isThrownBy(() -> find(json(value), key))
                .withMessageContaining(sentence)
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush", "{\"a\":hush}", "{\"hush\":1,\"hush\":2}", "{\"a\":\"hush"})
    void aFailureQuotesNothingOfTheValue(String value) {
        assertThatExceptionOfType(NoSuchKey.class)
                .isThrownBy(() -> find(value, "a"))
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("hush"));
    }

    @Test
    void aValueIsNestedOnlySoDeeply() throws NoSuchKey {
        assertThat(find(nested(63), "a")).isEqualTo("x");
        assertThatExceptionOfType(NoSuchKey.class)
                .isThrownBy(() -> find(nested(64), "a"))
                .withMessageContaining("nested too deeply");
        assertThatExceptionOfType(NoSuchKey.class).isThrownBy(() -> find("[".repeat(500_000), "a"));
    }

    @Test
    void aNumberMayBeAsLongAsTheValue() throws NoSuchKey {
        String number = "1".repeat(1_000_000);
        assertThat(find("{\"a\":" + number + "}", "a")).isEqualTo(number);
    }

    private static String nested(int arrays) {
        return "[".repeat(arrays) + "{\"a\":\"x\"}" + "]".repeat(arrays);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    @Test
    void ofSeveralKeysEachMeansWhatItMeansByItself() throws NoSuchKey {
        String value = "{\"a\":\"x\",\"o\":{\"a\":1,\"b\":2},\"p\":{\"b\":3,\"c\":{\"d\":4}},\"o.b\":5}";
        KeyLookup lookup = KeyLookup.in(value, Set.of("a", "o.a", "b", "o.b", "p.b", "d", "c.d", "e"));
        assertThat(lookup.text("a")).isEqualTo("x");
        assertThat(lookup.text("o.a")).isEqualTo("1");
        assertThat(lookup.text("o.b")).isEqualTo("5");
        assertThat(lookup.text("p.b")).isEqualTo("3");
        assertThat(lookup.text("d")).isEqualTo("4");
        assertThat(lookup.text("c.d")).isEqualTo("4");
        assertThatExceptionOfType(NoSuchKey.class)
                .isThrownBy(() -> lookup.text("b"))
                .withMessageContaining("several places");
        assertThatExceptionOfType(NoSuchKey.class)
                .isThrownBy(() -> lookup.text("e"))
                .withMessageContaining("no such key");
    }

    private static String find(String value, String key) throws NoSuchKey {
        return KeyLookup.in(value, Set.of(key)).text(key);
    }
}
