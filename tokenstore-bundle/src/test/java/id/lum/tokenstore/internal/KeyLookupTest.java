package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.tokenstore.internal.StoreAnswer.Failed;
import id.lum.tokenstore.internal.StoreAnswer.Value;
import java.util.List;
import java.util.Map;
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
    void aKeyMeansOneThing(String value, String key, String expected) {
        assertThat(find(json(value), key)).isEqualTo(new Value(json(expected)));
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
                "{'a':1,'a':1} ~ a ~ not one JSON document",
                "{'a':1,'o':{'b':1,'b':2}} ~ a ~ not one JSON document",
                "{'a':1,'o':{'b':1,'\\u0062':2}} ~ a ~ not one JSON document",
                "{'a':1}{} ~ a ~ not one JSON document",
                "{'a':1}x ~ a ~ not one JSON document",
                "42 43 ~ a ~ not one JSON document",
                "{'a':1 ~ a ~ not one JSON document",
                "{'a':01} ~ a ~ not one JSON document",
                "{'a':NaN} ~ a ~ not one JSON document",
                "{'a':1,} ~ a ~ not one JSON document",
                "{a:1} ~ a ~ not one JSON document",
                "{'a':1}/**/ ~ a ~ not one JSON document",
                "not json ~ a ~ not one JSON document",
                "\uFEFF{'a':1} ~ a ~ not one JSON document",
                "`` ~ a ~ not one JSON document",
                "{'a':''} ~ a ~ the value is empty",
            })
    void otherwiseThereIsNone(String value, String key, String sentence) {
        assertThat(failure(json(value), key)).contains(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush", "{\"a\":hush}", "{\"hush\":1,\"hush\":2}", "{\"a\":\"hush"})
    void aFailureQuotesNothingOfTheValue(String value) {
        assertThat(failure(value, "a")).doesNotContain("hush");
    }

    @Test
    void aValueIsNestedOnlySoDeeply() {
        assertThat(find(nested(63), "a")).isEqualTo(new Value("x"));
        assertThat(failure(nested(64), "a")).contains("nested too deeply");
        assertThat(failure("[".repeat(500_000), "a")).contains("nested too deeply");
    }

    @Test
    void aNumberMayBeAsLongAsTheValue() {
        String number = "1".repeat(1_000_000);
        assertThat(find("{\"a\":" + number + "}", "a")).isEqualTo(new Value(number));
    }

    private static String nested(int arrays) {
        return "[".repeat(arrays) + "{\"a\":\"x\"}" + "]".repeat(arrays);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    @Test
    void ofSeveralKeysEachMeansWhatItMeansByItself() {
        String value = "{\"a\":\"x\",\"o\":{\"a\":1,\"b\":2},\"p\":{\"b\":3,\"c\":{\"d\":4}},\"o.b\":5}";
        Map<String, StoreAnswer> found =
                KeyLookup.find(value, List.of("a", "o.a", "b", "o.b", "p.b", "d", "c.d", "e", "a"));
        assertThat(found)
                .hasSize(8)
                .containsEntry("a", new Value("x"))
                .containsEntry("o.a", new Value("1"))
                .containsEntry("o.b", new Value("5"))
                .containsEntry("p.b", new Value("3"))
                .containsEntry("d", new Value("4"))
                .containsEntry("c.d", new Value("4"))
                .containsEntry("b", new Failed("the value has the key in several places"))
                .containsEntry("e", new Failed("the value has no such key"));
    }

    private static StoreAnswer find(String value, String key) {
        return KeyLookup.find(value, List.of(key)).get(key);
    }

    private static String failure(String value, String key) {
        return ((Failed) find(value, key)).sentence();
    }
}
