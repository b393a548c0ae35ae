package id.lum.hooks.flowmesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageRowTest {
    /** Sixty. */
    private static final String NINES = "999999999999999999999999999999999999999999999999999999999999";

    private static UsageRow row(String principal, String task, double runtime, double rate) {
        return new UsageRow(
                "demo", principal, Optional.empty(), Instant.EPOCH, BigDecimal.ONE, task, runtime, rate, "DONE");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aNumberThatIsNotFiniteIsRefusedWhenTheRowIsMade(double odd) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("bob", "t", odd, 1))
                .withMessageContaining("runtime in seconds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("bob", "t", 1, odd))
                .withMessageContaining("cost per hour");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UsageRow.exactCost(odd))
                .withMessage("A usage row needs a cost that is a finite number, not " + odd + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E+999999999", "1E-999999999", "1E+60", "1E-61", "0E+60", NINES + "9", "0.0" + NINES})
    void aCostThatNobodyCouldWriteDownIsRefused(String cost) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UsageRow(
                        "", "bob", Optional.empty(), Instant.EPOCH, new BigDecimal(cost), "t", 1, 1, "DONE"))
                .withMessage("A usage row needs a cost of at most 60 digits before and after its point.");
    }

    @ParameterizedTest
    @ValueSource(strings = {NINES, "0." + NINES, NINES + "." + NINES, "-" + NINES, "1E+59", "1E-60", "0"})
    void aCostOfSixtyDigitsIsTaken(String cost) {
        BigDecimal exact = new BigDecimal(cost);
        assertThat(new UsageRow("", "bob", Optional.empty(), Instant.EPOCH, exact, "t", 1, 1, "DONE").cost())
                .isEqualTo(exact);
    }

    @Test
    void blankIdsAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row(" ", "t", 1, 1))
                .withMessageContaining("principal id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("bob", "", 1, 1))
                .withMessageContaining("task id");
    }

    private static UsageRow row(String org, String principal, String supplier, String task, String status) {
        return new UsageRow(org, principal, Optional.of(supplier), Instant.EPOCH, BigDecimal.ONE, task, 1, 1, status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED: \ud83d", "\ude00 lost", "\ude00\ud83d"})
    void aTextWithHalfASurrogatePairIsRefusedByNameWhenTheRowIsMade(String cut) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row(cut, "bob", "s", "t", "DONE"))
                .withMessageContaining("org id that can be stored");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("", cut, "s", "t", "DONE"))
                .withMessageContaining("principal id that can be stored");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("", "bob", cut, "t", "DONE"))
                .withMessageContaining("supplier id that can be stored");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("", "bob", "s", cut, "DONE"))
                .withMessageContaining("task id that can be stored");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row("", "bob", "s", "t", cut))
                .withMessageContaining("task status that can be stored");
    }

    @Test
    void aWholeSurrogatePairIsTaken() {
        String whole = "FAILED: \ud83d\ude00";
        assertThat(row("", "bob", "s", "t", whole).taskStatus()).isEqualTo(whole);
    }

    @Test
    void aFloatingPointCostBecomesTheDecimalThatAPersonWouldWrite() {
        assertThat(UsageRow.exactCost(0.1)).isEqualTo(new BigDecimal("0.1"));
        assertThat(UsageRow.exactCost(1.25)).isEqualTo(new BigDecimal("1.25"));
    }

    @Test
    void aWorkerDoesNotPrintItsEnvironment() {
        Worker worker = new Worker("w-1", "n", "acme", "", List.of("gpu"), Map.of("KEY", "canary"));
        assertThat(worker.toString()).contains("w-1", "acme").doesNotContain("canary");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Worker("", "", "", "", List.of(), Map.of()))
                .withMessage("A worker needs an id that is not blank.");
    }
}
