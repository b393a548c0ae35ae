package id.lum.wasi.internal;

import static id.lum.wasi.internal.TestModules.CLOSED;
import static id.lum.wasi.internal.TestModules.LONG;
import static id.lum.wasi.internal.TestModules.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.testing.Together;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {true, false})
class InstancePoolTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    private final HeapBudget heap = TestModules.plenty();
    private final ExecutorService threads = TestModules.threads();
    private final AtomicInteger printed = new AtomicInteger();
    private final LoadedModule misbehaving;

    @TempDir
    Path folder;

    InstancePoolTest(boolean compile) throws Exception {
        misbehaving = TestModules.load(TestModules.misbehaving(), TestModules.PAGES, compile);
        assertThat(misbehaving.isCompiled()).isEqualTo(compile);
    }

    @AfterEach
    void everyCallEnds() {
        threads.shutdown();
        assertThat(StopDeadline.within(LONG, System::nanoTime).await(threads)).isTrue();
    }

    private InstancePool pool(Sandbox sandbox, int size) {
        return new InstancePool(
                misbehaving, sandbox, () -> (bytes, length) -> printed.addAndGet(length), size, threads, heap.share());
    }

    private InstancePool pool() {
        return pool(CLOSED, 1);
    }

    private static String value(InstancePool pool, String token) throws Exception {
        return pool.value(request(token), LONG);
    }

    private static void assertFails(InstancePool pool, String token, Duration timeout, Reason reason, String why) {
        assertThatThrownBy(() -> pool.value(request(token), timeout))
                .isInstanceOfSatisfying(
                        ModuleCallFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(reason))
                .hasMessageContaining(why);
    }

    @Test
    void aModuleIsInitializedOnceAndAnswers() throws Exception {
        InstancePool pool = pool();
        assertThat(value(pool, "a/b")).isEqualTo("a/b");
        assertThat(value(pool, "ü")).isEqualTo("ü");
        assertThat(value(pool, "initialized")).isEqualTo("1");
        assertThat(value(pool, "calls")).isEqualTo("4");
    }

    @ParameterizedTest
    @CsvSource({
        "1, SERVICE_CALL_FAILED",
        "2, RETRIEVAL_FAILED",
        "3, RETRIEVAL_FAILED",
        "4, SERVICE_CALL_FAILED",
        "5, RETRIEVAL_FAILED",
        "6, CLIENT_INITIALIZATION_FAILED",
        "7, RETRIEVAL_FAILED"
    })
    void aStatusIsTheReasonOfAFailure(int status, Reason reason) {
        assertFails(pool(), "status-" + status, LONG, reason, "");
    }

    @Test
    void anInstanceThatRefusesGoesOn() throws Exception {
        InstancePool pool = pool();
        assertFails(pool, "status-7", LONG, Reason.RETRIEVAL_FAILED, "FAILED_VALUE_RETRIEVAL");
        assertThat(value(pool, "calls")).isEqualTo("2");
    }

    @Test
    void anEmptyValueIsAFailure() {
        assertFails(pool(), "empty", LONG, Reason.EMPTY_RESPONSE, "empty");
    }

    @Test
    void aValueThatDoesNotFitIsAskedForAgainWithRoom() throws Exception {
        InstancePool pool = pool();
        assertThat(value(pool, "large")).hasSize(70_000);
        assertThat(value(pool, "calls")).isEqualTo("3");
        assertThat(value(pool, "large")).hasSize(70_000);
        assertThat(value(pool, "calls")).as("there is room now").isEqualTo("5");
    }

    @Test
    void aModuleWithoutMemoryForItsValueFails() throws Exception {
        InstancePool pool = pool();
        assertFails(pool, "huge", LONG, Reason.SERVICE_CALL_FAILED, "no memory left");
        assertThat(value(pool, "calls")).as("another instance").isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({
        "never-enough, too small",
        "too-small-but-is-not, too small",
        "longer-than-room, more than there is room for",
        "negative-length, more than there is room for",
        "unknown-status, unknown status 4711",
        "outside, trapped",
        "unreachable, trapped",
        "exit, ended itself",
        "exit-7, ended itself",
        "recursion, trapped"
    })
    void aModuleThatBreaksARuleFailsAndItsInstanceIsDropped(String token, String why) throws Exception {
        InstancePool pool = pool();
        assertFails(pool, token, LONG, Reason.SERVICE_CALL_FAILED, why);
        assertThat(value(pool, "calls")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"wants-all, longer than 1048576 bytes", "no-utf8, no UTF-8"})
    void aValueThatIsNoneFails(String token, String why) {
        assertFails(pool(), token, LONG, Reason.RETRIEVAL_FAILED, why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"endless", "sleep"})
    void aCallThatDoesNotEndIsEndedInTimeAndTheNextOneIsServed(String token) throws Exception {
        InstancePool pool = pool();
        assertFails(pool, token, SHORT, Reason.SERVICE_CALL_FAILED, "in time");
        assertThat(value(pool, "calls")).isEqualTo("1");
    }

    @Test
    void aCallerThatIsInterruptedEndsItsCall() {
        InstancePool pool = pool();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> value(pool, "endless")).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aModuleThatFreesNothingIsExchangedWhenItsMemoryIsUsedUp() throws Exception {
        InstancePool pool = pool();
        for (int i = 0; i < 300; i++) {
            String token = "x".repeat(1 + i % 200);
            assertThat(value(pool, token)).isEqualTo(token);
        }
    }

    @Test
    void memoryGrowsUpToTheLimit() throws Exception {
        assertThat(value(pool(), "grow")).isEqualTo(String.valueOf(TestModules.PAGES));
    }

    @Test
    void aModuleThatPrintsWithoutEndIsCutShort() throws Exception {
        assertThat(value(pool(), "print")).isEqualTo("21");
        assertThat(printed.get()).isEqualTo(1 << 16);
    }

    @ParameterizedTest
    @CsvSource({
        "print-outside, 21",
        "random-outside, 21",
        "socket, 52",
        "open:secret, 8",
        "create, 8",
        "read-outside, 8"
    })
    void aFunctionThatIsNotGivenFails(String token, String errno) throws Exception {
        assertThat(value(pool(), token)).isEqualTo(errno);
    }

    @Test
    void withoutAClockAModuleDoesNotLearnTheTime() throws Exception {
        assertThat(value(pool(), "year")).isEqualTo("2000");
        Sandbox withClock = new Sandbox(Map.of(), Optional.empty(), true, TestModules.PAGES);
        assertThat(Integer.parseInt(value(pool(withClock, 1), "year"))).isGreaterThan(2024);
    }

    @Test
    void aModuleSeesTheVariablesThatItIsGiven() throws Exception {
        assertThat(value(pool(), "environment")).isEqualTo("none");
        Sandbox some = new Sandbox(Map.of("NAME", "value"), Optional.empty(), false, TestModules.PAGES);
        assertThat(value(pool(some, 1), "environment")).isEqualTo("NAME=value");
    }

    @Test
    void eachInstanceHasItsOwnRandomNumbers() throws Exception {
        assertThat(value(pool(), "random")).isNotEqualTo(value(pool(), "random"));
    }

    private Sandbox withFolder() throws IOException {
        Path given = Files.createDirectories(folder.resolve("given"));
        Files.writeString(folder.resolve("outside"), "outside");
        Files.writeString(given.resolve("secret"), "s3cret");
        Files.createDirectories(given.resolve("inner"));
        Files.createSymbolicLink(given.resolve("link"), folder.resolve("outside"));
        Files.createSymbolicLink(given.resolve("way"), folder);
        Files.createSymbolicLink(given.resolve("same"), given.resolve("secret"));
        return new Sandbox(Map.of(), Optional.of(given), false, TestModules.PAGES);
    }

    @ParameterizedTest
    @CsvSource({
        "open:secret, 0",
        "open:same, 0",
        "open:inner/../secret, 0",
        "open:none, 44",
        "open:inner, 58",
        "open:link, 76",
        "open:way/outside, 76",
        "open:../outside, 76",
        "open:/../outside, 76",
        "create, 69",
        "open-many, 33",
        "read-outside, 21",
        "socket, 52"
    })
    void aModuleReadsFilesOfItsFolderAndNoOther(String token, String errno) throws Exception {
        assertThat(value(pool(withFolder(), 1), token)).isEqualTo(errno);
    }

    @Test
    void aModuleWithTheLibraryOfCReadsAFile() throws Exception {
        LoadedModule module = TestModules.load(TestModules.fileStore(), TestModules.PAGES, misbehaving.isCompiled());
        Sandbox sandbox = withFolder();
        InstancePool pool = new InstancePool(module, sandbox, () -> (bytes, length) -> {}, 1, threads, heap.share());
        assertThat(value(pool, "secret")).isEqualTo("s3cret");
        assertFails(pool, "none", LONG, Reason.RETRIEVAL_FAILED, "FAILED_VALUE_RETRIEVAL");
        assertFails(pool, "../outside", LONG, Reason.RETRIEVAL_FAILED, "FAILED_VALUE_RETRIEVAL");
        String large = "ö".repeat(100_000);
        Files.writeString(sandbox.folder().orElseThrow().resolve("large"), large);
        assertThat(value(pool, "large")).isEqualTo(large);
    }

    @Test
    void callsOfManyThreadsShareNoInstance() throws Exception {
        InstancePool pool = pool(CLOSED, 4);
        Together.run(thread -> {
            for (int i = 0; i < 200; i++) {
                String token = "thread-" + thread + "-" + i;
                assertThat(value(pool, token)).isEqualTo(token);
                assertThat(pool.value(request("request"), LONG))
                        .isEqualTo(new String(request("request"), StandardCharsets.UTF_8));
            }
        });
    }

    @Test
    void aCallThatFindsAllInstancesBusyFailsInTime() throws Exception {
        InstancePool pool = pool();
        Thread busy = new Thread(
                () -> assertFails(pool, "endless", Duration.ofSeconds(4), Reason.SERVICE_CALL_FAILED, "in time"));
        busy.start();
        while (busy.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertFails(pool, "a", Duration.ofMillis(100), Reason.SERVICE_CALL_FAILED, "busy");
        busy.join();
    }
}
