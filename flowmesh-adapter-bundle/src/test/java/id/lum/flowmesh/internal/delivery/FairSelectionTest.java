package id.lum.flowmesh.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.flowmesh.internal.usage.PendingRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairSelectionTest {
    /** Lower case has not failed, upper case has. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            abc        | 8 | -   | abc
            abcdefghij | 8 | -   | abcdefgh
            ABC        | 8 | -   | ABC
            ABCDEFGHIJ | 8 | -   | ABCDEFGH
            aAbB       | 8 | -   | abAB
            abcdefghAB | 8 | -   | abcdefAB
            abcdefghA  | 8 | -   | abcdefgA
            abcdefABCD | 8 | -   | abcdefAB
            abABCDEFGH | 8 | -   | abABCDEF
            abcdefghAB | 4 | xyZ | abcA
            abcdefghAB | 4 | xYZ | abcd
            abAB       | 1 | xYZ | a
            abAB       | 1 | xyZ | A
            AB         | 1 | YZ  | A
            abAB       | 1 | VWXYZ | a
            -          | 8 | -   | -
            """)
    void eachKindHasAShareAndNoneIsLeftUnused(String due, int permits, String underWay, String sent) {
        List<PendingRow> next = FairSelection.next(
                rows(due).map(row -> row.withEmail("somebody@example.com")).toList(),
                permits,
                rows(underWay).toList());
        assertThat(next.stream().map(one -> one.taskId()).collect(Collectors.joining()))
                .isEqualTo(Optional.ofNullable(sent).orElse(""));
        assertThat(next.toString()).doesNotContain("@");
    }

    private static Stream<PendingRow> rows(String names) {
        return Optional.ofNullable(names).orElse("").chars().mapToObj(name -> row((char) name));
    }

    private static PendingRow row(char name) {
        return new PendingRow(
                name,
                "p" + name,
                Optional.empty(),
                "" + name,
                BigDecimal.ONE,
                BigDecimal.ONE,
                BigDecimal.ONE,
                "DONE",
                Instant.EPOCH,
                0,
                Optional.empty(),
                Character.isUpperCase(name) ? 3 : 0);
    }
}
