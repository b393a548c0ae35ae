package id.lum.support.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What plain values become. */
class JsonWriterTest {
    private final JsonWriter writer = new JsonWriter();

    private String written(Object value) {
        return new String(writer.object(Collections.singletonMap("v", value)), StandardCharsets.UTF_8);
    }

    @Test
    void everyPlainValueIsWrittenExactly() {
        List<Object> values = Arrays.asList(
                "\"\\\n\u0001ü😀",
                true,
                null,
                1,
                -2L,
                (byte) 3,
                0.1f,
                0.1,
                1e300,
                new BigDecimal("1.10"),
                BigInteger.TEN.pow(30),
                new AtomicLong(7),
                List.of(),
                Map.of("k", List.of(Map.of())));
        assertThat(written(values))
                .isEqualTo("{\"v\":[\"\\\"\\\\\\n\\u0001ü\\uD83D\\uDE00\",true,null,1,-2,3,0.1,0.1,1.0E+300,1.10,"
                        + "1000000000000000000000000000000,7,[],{\"k\":[{}]}]}");
    }

    static Stream<Object> noJson() {
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        return Stream.of(
                "canary\ud800",
                Map.of("canary\udc00", 1),
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Float.NaN,
                Optional.of("canary"),
                new StringBuilder("canary"),
                deep);
    }

    @ParameterizedTest
    @MethodSource("noJson")
    void whatJsonHasNotIsRefusedAndNotQuoted(Object value) {
        assertThatThrownBy(() -> written(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }
}
