package id.lum.support.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class PluginOutputTest {
    private final CapturedLog log = CapturedLog.ofEverything();
    private final ManualClock clock = new ManualClock();

    @AfterEach
    void release() {
        log.close();
    }

    private PluginOutput output(OutputMode mode) {
        return new PluginOutput(mode, LoggerFactory.getLogger("output"), clock::nanos);
    }

    private static void print(PluginOutput.LineAssembler stream, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        stream.append(bytes, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"@level\":\"warn\",\"@message\":\"careful\",\"secret\":\"x\"}; WARN; careful",
                "{\"@level\":\"odd\",\"@message\":\"m\"}; DEBUG; m",
                "{\"@level\":\"warn\"}; DEBUG; {\"@level\":\"warn\"}",
                "{no json; DEBUG; {no json",
                "[ERROR] broken; ERROR; broken",
                "[INFO]  well; INFO; well",
                "panic: runtime error; ERROR; panic: runtime error",
                "text; DEBUG; text",
            })
    void linesHaveTheLevelThatThePluginGivesThem(String line, Level level, String text) {
        assertThat(OutputLine.of(line, false)).isEqualTo(new OutputLine(level, text));
    }

    @Test
    void everyUntaggedLineAfterAPanicIsAnError() {
        PluginOutput.LineAssembler stream = output(OutputMode.LEVELS).stream();
        print(stream, "fatal error: all goroutines are asleep\ngoroutine 1:\n[INFO] tagged\n");
        assertThat(log.errors()).hasSize(2);
        assertThat(log.linesWith(" INFO ")).hasSize(1);
    }

    @Test
    void eachLineIsLoggedAtDebugUnlessLevelsAreWanted() {
        print(output(OutputMode.DEBUG).stream(), "[ERROR] one\n");
        print(output(OutputMode.OFF).stream(), "[ERROR] two\n");
        assertThat(log.lines()).singleElement().asString().contains(" DEBUG ").contains("one");
    }

    @Test
    void piecesBecomeLinesAndTheLastNeedsNoEnd() {
        PluginOutput.LineAssembler stream = output(OutputMode.DEBUG).stream();
        print(stream, "be");
        print(stream, "gin\n\nla");
        print(stream, "st");
        assertThat(log.linesWith("begin")).hasSize(1);
        stream.end();
        assertThat(log.linesWith("last")).hasSize(1);
        assertThat(log.lines()).hasSize(2);
    }

    @Test
    void aLineBreakOfAnotherKindForgesNoLine() {
        print(output(OutputMode.DEBUG).stream(), "one\rtwo\u001b[31m\n");
        assertThat(log.lines()).singleElement().asString().contains("one\\u000dtwo\\u001b");
    }

    @Test
    void ofManyLinesAShareIsLoggedAndTheRestCounted() {
        PluginOutput.LineAssembler stream = output(OutputMode.DEBUG).stream();
        print(stream, "line\n".repeat(1000));
        assertThat(log.lines()).hasSize(20);
        clock.move(Duration.ofSeconds(1));
        print(stream, "next\n");
        assertThat(log.linesWith("980 lines were left out")).hasSize(1);
        assertThat(log.linesWith("next")).hasSize(1);
    }

    @Test
    void aLineWithoutAnEndIsCut() {
        PluginOutput.LineAssembler stream = output(OutputMode.DEBUG).stream();
        print(stream, "z".repeat(1 << 20) + "\n");
        assertThat(log.lines()).singleElement().asString().hasSizeLessThan(400);
    }

    @Test
    void linesDuringACallAreHeldBackUntilItsAnswerIsKnown() {
        PluginOutput output = output(OutputMode.DEBUG);
        output.callBegins("token=meta-secret");
        print(output.stream(), "the answer is pass-4711, asked with token=meta-secret\n");
        assertThat(log.lines()).isEmpty();
        output.callBegins("");
        output.callEnds("");
        assertThat(log.lines()).isEmpty();
        output.callEnds("pass-4711");
        assertThat(log.lines()).singleElement().asString().contains("the answer is <secret>, asked with <secret>");
    }

    @Test
    void ofVeryManyLinesDuringACallTheRestIsCounted() {
        PluginOutput output = output(OutputMode.DEBUG);
        output.callBegins("");
        print(output.stream(), "line\n".repeat(1000));
        output.callEnds("");
        assertThat(log.linesWith("800 lines were left out")).hasSize(1);
        clock.move(Duration.ofSeconds(1));
        print(output.stream(), "next\n");
        assertThat(log.linesWith("180 lines were left out")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "p@ss word,got p@ss word",
        "p@ss word,got p%40ss+word",
        "p@ss word,got cEBzcyB3b3Jk",
        "quo\"te,got quo\\\"te",
        "'{\"a\":{\"b\":[\"inner-secret\"]}}',got inner-secret",
    })
    void valuesAreLeftOutInEveryFormThatAPluginMayPrint(String value, String line) {
        PluginOutput output = output(OutputMode.DEBUG);
        output.callBegins("");
        output.callEnds(value);
        print(output.stream(), line + "\n");
        assertThat(log.lines()).singleElement().asString().contains("got <secret>");
    }

    @Test
    void eachLineOfAValueIsLeftOutAndShortOnesAreNot() {
        PluginOutput output = output(OutputMode.DEBUG);
        output.callBegins("");
        output.callEnds("first-line\nsecond-line\nabc");
        print(output.stream(), "it is second-line, and abc\n");
        assertThat(log.lines()).singleElement().asString().contains("it is <secret>, and abc");
    }

    @Test
    void aValueOfManyLinesDrivesNoOtherOut() {
        PluginOutput output = output(OutputMode.DEBUG);
        output.callBegins("");
        output.callEnds("password-of-the-vault");
        output.callBegins("");
        output.callEnds(IntStream.range(0, 300)
                .mapToObj(line -> "line-" + line + "-of-a-certificate")
                .collect(Collectors.joining("\n")));
        print(output.stream(), "password-of-the-vault line-0-of-a-certificate line-299-of-a-certificate\n");
        assertThat(log.linesWith("<secret> <secret> <secret>")).hasSize(1);
    }

    @Test
    void whatTheMetadataOfAReferenceHoldsIsLeftOutInParts() {
        PluginOutput output = output(OutputMode.DEBUG);
        output.callBegins("role=admin-4711,pin-0815");
        output.callEnds("");
        print(output.stream(), "as admin-4711 by pin-0815\n");
        assertThat(log.linesWith("as <secret> by <secret>")).hasSize(1);
    }

    @Test
    void anOutputLineDoesNotPrintItsText() {
        assertThat(OutputLine.of("top-secret", false)).asString().doesNotContain("top-secret");
    }
}
