package id.lum.demo.internal;

import static id.lum.demo.internal.UsageRows.job;
import static id.lum.demo.internal.UsageRows.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.testing.CapturedLog;
import id.lum.testing.Together;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerUsageSinkTest {
    private record Rental(String id, String eMail) {}

    private final UsageLedger ledger = new UsageLedger();
    private final LedgerUsageSink sink = new LedgerUsageSink("flowmesh", ledger);

    @Test
    void emptyLedgerCostsNothing() {
        assertThat(ledger.describe()).isEqualTo("0 rows, total cost 0");
    }

    @Test
    void rowsStandInTheOrderInWhichTheyCameUnderTheirExactTotal() {
        sink.emit(List.of(task("t-2", "0.1"), task("t-1", "0.2")));
        sink.emit(List.of(task("t-3", "1.45")));
        assertThat(ledger.describe()).isEqualTo("""
                        task t-2 of bob: DONE, cost 0.1
                        task t-1 of bob: DONE, cost 0.2
                        task t-3 of bob: DONE, cost 1.45
                        3 rows, total cost 1.75""");
    }

    @Test
    void costsThatNoFloatingPointNumberHoldsAddUpExactly() {
        sink.emit(List.of(task("t-1", "9007199254740993"), task("t-2", "0.00000000000000000001")));
        assertThat(ledger.describe()).endsWith("2 rows, total cost 9007199254740993.00000000000000000001");
    }

    @Test
    void largeAndSmallCostsAreShownInPlainDigits() {
        sink.emit(List.of(task("t-1", "1E-9")));
        assertThat(ledger.describe()).endsWith("cost 0.000000001\n1 row, total cost 0.000000001");
        sink.emit(List.of(task("t-2", "1E+3")));
        assertThat(ledger.describe()).endsWith("cost 1000\n2 rows, total cost 1000.000000001");
    }

    @Test
    void taskEmittedAgainCountsOnceWithItsLatestRow() {
        sink.emit(List.of(task("t-1", "1"), task("t-2", "10")));
        sink.emit(List.of(task("t-1", "3"), task("t-1", "2")));
        assertThat(ledger.describe()).isEqualTo("""
                        task t-1 of bob: DONE, cost 2
                        task t-2 of bob: DONE, cost 10
                        2 rows, total cost 12""");
    }

    @Test
    void jobEmittedAgainCountsOnceWithItsLatestRow() {
        sink.emit(List.of(job("j-1", "RUNNING")));
        sink.emit(List.of(job("j-1", "FINISHED")));
        assertThat(ledger.describe()).isEqualTo("""
                        job j-1 of bob: FINISHED
                        1 row, total cost 0""");
    }

    @Test
    void taskAndJobOfOneIdAreTwoUnitsOfWork() {
        sink.emit(List.of(task("1", "1.5"), job("1", "FINISHED")));
        assertThat(ledger.describe()).endsWith("2 rows, total cost 1.5");
    }

    @Test
    void rowOfAHostsOwnTypeIsCountedOnceWithoutShowingWhatItHolds() {
        sink.emit(List.of(new Rental("1", "bob@example.com"), new Rental("2", "bob@example.com")));
        sink.emit(List.of(new Rental("1", "bob@example.com")));
        String type = Rental.class.getName();
        assertThat(ledger.describe()).isEqualTo("a " + type + "\na " + type + "\n2 rows, total cost 0");
    }

    @Test
    void batchWithSomethingThatIsNoRowIsNotTakenAtAll() {
        List<Object> broken = Arrays.asList(task("t-1", "1"), null);
        assertThatThrownBy(() -> sink.emit(broken)).isInstanceOf(NullPointerException.class);
        assertThat(ledger.describe()).isEqualTo("0 rows, total cost 0");
    }

    @Test
    void tenThousandAndFirstRowPushesTheOldestOut() {
        sink.emit(List.of(task("first", "1000000"), task("second", "0.5")));
        sink.emit(tasks(UsageLedger.MAX_ROWS - 2));
        assertThat(ledger.describe()).startsWith("task first ").endsWith("10000 rows, total cost 1009998.5");

        sink.emit(List.of(task("last", "0.25")));
        assertThat(ledger.describe())
                .startsWith("task second ")
                .contains("task last ")
                .endsWith("10000 rows, total cost 9998.75");
    }

    @Test
    void repeatedRowPushesNothingOutOfAFullLedger() {
        sink.emit(List.of(task("first", "1")));
        sink.emit(tasks(UsageLedger.MAX_ROWS - 1));
        sink.emit(List.of(task("7", "1")));
        assertThat(ledger.describe()).startsWith("task first ").endsWith("10000 rows, total cost 10000");
    }

    @Test
    void idsStayOnTheirLine() {
        sink.emit(List.of(task("t\n1", "1"), job("j\u001b", "o\rk")));
        assertThat(ledger.describe().split("[\n\r\u001b]")).hasSize(3);
    }

    @Test
    void manyThreadsThatEmitTheSameTasksCountThemOnce() throws Exception {
        Together.run(thread -> {
            for (int i = 0; i < 300; i++) {
                sink.emit(List.of(task("shared-" + i, "0.01"), task(thread + "-" + i, "0.01")));
            }
        });
        assertThat(ledger.describe()).endsWith("2700 rows, total cost 27.00");
    }

    @Test
    void everyEmitLogsCountAndTotal() {
        sink.emit(List.of(task("t-1", "1.25")));
        try (CapturedLog log = new CapturedLog()) {
            sink.emit(List.of(task("t-2", "0.5"), task("t-3", "0")));
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("flowmesh: 2 rows came in; the ledger holds 3 rows, total cost 1.75.");
        }
    }

    private static List<Object> tasks(int count) {
        return IntStream.range(0, count)
                .<Object>mapToObj(i -> task("" + i, "1"))
                .toList();
    }
}
