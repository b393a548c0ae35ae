package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.lifecycle.NamedThreads;
import id.lum.testing.Await;
import id.lum.tokenstore.internal.StoreAnswer.Failed;
import id.lum.tokenstore.internal.StoreAnswer.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

class StoreRegistryTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Ends only calls that a test holds: a call that is answered at once has it even where the machine stalls. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final String P = "VAULT (path 148de9c5): ";

    @TempDir
    Path directory;

    private final AtomicInteger changes = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private ConfiguredFramework framework;
    private StoreRegistry registry;

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
        registry = new StoreRegistry(
                framework.context(), System::nanoTime, new NamedThreads("lumid-tokenstore"), changes::incrementAndGet);
        registry.configure(LONG);
        registry.open();
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        registry.close();
        framework.close();
    }

    /** One thread changes the properties of a store while another unregisters it: the events may come in this order. */
    @Test
    void lateEventOfAStoreThatHasLeftLeavesItsSuccessorInPlace() throws Exception {
        ServiceRegistration<TokenStore> first = register("VAULT", (path, metadata) -> "first");
        ServiceReference<TokenStore> gone = first.getReference();
        assertThat(ask("p")).isEqualTo(new Value("first"));
        first.unregister();
        registry.changed(gone);
        assertThat(registry.prefixes()).isEmpty();
        register("VAULT", (path, metadata) -> "next");
        registry.changed(gone);
        assertThat(ask("p")).isEqualTo(new Value("next"));
        assertThat(registry.describe()).hasSize(1);
    }

    @Test
    void everyChangeIsToldAndThePrefixesItConcernsHaveAnotherVersion() {
        Optional<Object> none = registry.version("VAULT");
        ServiceRegistration<TokenStore> store = register("VAULT", (path, metadata) -> "value");
        Optional<Object> first = registry.version("VAULT");
        store.setProperties(new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT", "more", "1")));
        Optional<Object> modified = registry.version("VAULT");
        assertThat(List.of(none, first, modified)).doesNotHaveDuplicates();
        assertThat(registry.version("VAULT")).isEqualTo(modified);
        assertThat(registry.version("OTHER")).isEqualTo(none);
        store.setProperties(new Hashtable<>(Map.of(TokenStore.PREFIX, "OTHER")));
        assertThat(registry.version("VAULT")).isEqualTo(none);
        assertThat(registry.version("OTHER")).isNotEqualTo(none);
        store.unregister();
        assertThat(registry.version("OTHER")).isEqualTo(none);
        assertThat(changes).hasValue(4);
    }

    @Test
    void pathAndMetadataReachTheStoreUntouched() throws Exception {
        register("VAULT", (path, metadata) -> path + "!" + metadata);
        SecretLocator locator = new SecretLocator("VAULT", "/p x", "v=1");
        assertThat(Await.result(registry.ask(locator))).isEqualTo(new Value("/p x!v=1"));
    }

    @Test
    void aPrefixWithoutAStoreIsAFailureOfItsReferencesAlone() throws Exception {
        register("OTHER", (path, metadata) -> "v");
        assertThat(ask("p")).isEqualTo(new Failed("there is no token store for VAULT"));
    }

    @Test
    void eightCallsRunAtATimeWhoeverAsks() throws Exception {
        CountDownLatch eight = new CountDownLatch(8);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        register("VAULT", (path, metadata) -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            eight.countDown();
            Await.latch(eight);
            inside.decrementAndGet();
            return "v";
        });
        for (CompletableFuture<StoreAnswer> answer : askMany("VAULT", 150)) {
            assertThat(Await.result(answer)).isEqualTo(new Value("v"));
        }
        assertThat(most).hasValue(8);
    }

    @Test
    void aCallThatTakesTooLongIsInterruptedAndTheOthersCount() throws Exception {
        registry.configure(SHORT);
        CountDownLatch interrupted = new CountDownLatch(1);
        register("VAULT", (path, metadata) -> {
            if (path.equals("7")) {
                blockUntilInterrupted();
                interrupted.countDown();
            }
            return "v" + path;
        });
        List<CompletableFuture<StoreAnswer>> answers = askMany("VAULT", 20);
        assertThat(Await.result(answers.get(7)))
                .isEqualTo(new Failed("VAULT (path 7902699b): the store did not answer within 2000 ms"));
        Await.latch(interrupted);
        for (int i = 0; i < 20; i++) {
            assertThat(Await.result(answers.get(i))).isInstanceOf(i == 7 ? Failed.class : Value.class);
        }
    }

    @Test
    void aStoreThatIgnoresTheInterruptionIsNotAskedAgainBeforeItHasReturned() throws Exception {
        registry.configure(SHORT);
        AtomicInteger stuckCalls = new AtomicInteger();
        register("STUCK", (path, metadata) -> {
            stuckCalls.incrementAndGet();
            boolean free = false;
            while (!free) {
                free = awaitOrIgnore(end);
            }
            return "late";
        });
        register("WELL", (path, metadata) -> "v");
        for (int i = 0; i < 2; i++) {
            List<CompletableFuture<StoreAnswer>> stuck = askMany("STUCK", 30);
            for (CompletableFuture<StoreAnswer> well : askMany("WELL", 30)) {
                assertThat(Await.result(well)).isEqualTo(new Value("v"));
            }
            for (CompletableFuture<StoreAnswer> one : stuck) {
                assertThat(Await.result(one)).isInstanceOf(Failed.class);
            }
            assertThat(stuckCalls.get()).isBetween(1, 8);
        }
        assertThat(Await.result(registry.ask(new SecretLocator("STUCK", "p", ""))))
                .isEqualTo(
                        new Failed("STUCK (path 148de9c5): the store has not returned from a call that was given up"));
        end.countDown();
        Await.until(
                "it has returned",
                () -> Await.result(registry.ask(new SecretLocator("STUCK", "p", "")))
                        .equals(new Value("late")));
    }

    @Test
    void noStoreWaitsForOthersHoweverManyAreSlow() throws Exception {
        CountDownLatch begun = new CountDownLatch(5 * 8);
        List<CompletableFuture<StoreAnswer>> slow = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 5; i++) {
            register("SLOW" + i, (path, metadata) -> {
                begun.countDown();
                blockUntilInterrupted();
                return path;
            });
            slow.addAll(askMany("SLOW" + i, 20));
        }
        register("WELL", (path, metadata) -> "v");
        Await.latch(begun);
        for (CompletableFuture<StoreAnswer> well : askMany("WELL", 20)) {
            assertThat(Await.result(well)).isEqualTo(new Value("v"));
        }
        assertThat(slow).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void anotherTimeoutCountsForCallsThatRun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        register("VAULT", (path, metadata) -> {
            begun.countDown();
            blockUntilInterrupted();
            return "v";
        });
        CompletableFuture<StoreAnswer> answer = registry.ask(new SecretLocator("VAULT", "p", ""));
        Await.latch(begun);
        registry.configure(Duration.ofMillis(7));
        assertThat(Await.result(answer)).isEqualTo(new Failed(P + "the store did not answer within 7 ms"));
    }

    /** As for want of memory; here it comes out of the first interruption. */
    private static ThreadFactory failingOnce(CountDownLatch failed) {
        AtomicBoolean failing = new AtomicBoolean(true);
        return task -> {
            Thread thread = new Thread(task) {
                @Override
                public void interrupt() {
                    if (failing.getAndSet(false)) {
                        failed.countDown();
                        throw new OutOfMemoryError("a test");
                    }
                    super.interrupt();
                }
            };
            thread.setDaemon(true);
            return thread;
        };
    }

    @Test
    void lateCallsAreGivenUpAlsoAfterAnErrorWhileThatWasDone() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        try (StoreRegistry shaken =
                new StoreRegistry(framework.context(), System::nanoTime, failingOnce(failed), () -> {})) {
            shaken.open();
            lateAnswer(shaken, "FIRST");
            Await.latch(failed);
            assertThat(lateAnswer(shaken, "SECOND")).isInstanceOf(Failed.class);
        }
    }

    /** What a store that hangs is said to have answered. */
    private StoreAnswer lateAnswer(StoreRegistry asked, String prefix) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        register(prefix, (path, metadata) -> {
            begun.countDown();
            blockUntilInterrupted();
            return "v";
        });
        asked.configure(LONG);
        CompletableFuture<StoreAnswer> answer = asked.ask(new SecretLocator(prefix, "p", ""));
        Await.latch(begun);
        asked.configure(Duration.ofMillis(7));
        return Await.result(answer);
    }

    @Test
    void whatIsNotAnsweredInTheTimeForAllIsAFailureAndNotAskedLater() throws Exception {
        registry.configure(SHORT);
        AtomicInteger begun = new AtomicInteger();
        register("VAULT", (path, metadata) -> {
            begun.incrementAndGet();
            blockUntilInterrupted();
            return "v";
        });
        List<CompletableFuture<StoreAnswer>> answers = askMany("VAULT", 60);
        for (CompletableFuture<StoreAnswer> one : answers) {
            assertThat(Await.result(one)).isInstanceOf(Failed.class);
        }
        assertThat(answers.stream().map(CompletableFuture::join).map(Object::toString))
                .anyMatch(one -> one.contains("no answer in the time for all questions")
                        || one.contains("has not returned from a call that was given up"));
        assertThat(begun.get()).isLessThan(60);
    }

    static Stream<Arguments> answers() {
        String limit = "x".repeat(1 << 20);
        return Stream.of(
                arguments(store(() -> "v"), new Value("v")),
                arguments(store(() -> limit), new Value(limit)),
                arguments(store(() -> limit + "x"), new Failed(P + "the value is longer than 1048576 characters")),
                arguments(store(() -> ""), failed(Reason.EMPTY_RESPONSE)),
                arguments(store(() -> null), failed(Reason.EMPTY_RESPONSE)),
                arguments(refusing(Reason.EMPTY_RESPONSE), failed(Reason.EMPTY_RESPONSE)),
                arguments(refusing(Reason.RETRIEVAL_FAILED), failed(Reason.RETRIEVAL_FAILED)),
                arguments(refusing(Reason.SERVICE_CALL_FAILED), failed(Reason.SERVICE_CALL_FAILED)),
                arguments(refusing(Reason.CLIENT_INITIALIZATION_FAILED), failed(Reason.CLIENT_INITIALIZATION_FAILED)),
                arguments(
                        store(() -> {
                            throw new IllegalStateException("hush p");
                        }),
                        new Failed(P + "the store failed with java.lang.IllegalStateException")),
                arguments(
                        store(() -> {
                            throw new NoClassDefFoundError("hush p");
                        }),
                        new Failed(P + "the store failed with java.lang.NoClassDefFoundError")),
                arguments(
                        store(() -> {
                            throw new StackOverflowError("hush p");
                        }),
                        new Failed(P + "the store failed with java.lang.StackOverflowError")));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void whateverComesOutOfAStoreIsAValueOrAFailureInOurWords(TokenStore store, StoreAnswer expected) throws Exception {
        register("VAULT", store);
        assertThat(ask("p")).isEqualTo(expected);
    }

    @Test
    void whatAStoreOfOursSaysOfAFailureIsRepeated() throws Exception {
        register("VAULT", new EnvironmentStore(Set.of()));
        assertThat(ask("p"))
                .isEqualTo(new Failed(
                        P + Reason.RETRIEVAL_FAILED.sentence() + ": the variable is not on the list of names"));
    }

    @Test
    void closingInterruptsCallsAndEndsEveryWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(8);
        CountDownLatch interrupted = new CountDownLatch(8);
        register("VAULT", (path, metadata) -> {
            begun.countDown();
            blockUntilInterrupted();
            interrupted.countDown();
            return "v";
        });
        List<CompletableFuture<StoreAnswer>> answers = askMany("VAULT", 20);
        Await.latch(begun);
        registry.close();
        for (CompletableFuture<StoreAnswer> one : answers) {
            assertThat(Await.result(one)).isInstanceOf(Failed.class);
        }
        Await.latch(interrupted);
        assertThat(ask("p").toString()).contains("token stores are being stopped");
    }

    @Test
    void storesAreAskedOnDaemonThreadsThatKnowNoBundle() throws Exception {
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        CompletableFuture<ClassLoader> loader = new CompletableFuture<>();
        register("VAULT", (path, metadata) -> {
            loader.complete(Thread.currentThread().getContextClassLoader());
            seen.complete(Thread.currentThread());
            return "v";
        });
        ask("p");
        assertThat(seen.join().isDaemon()).isTrue();
        assertThat(seen.join().getName()).startsWith("lumid-tokenstore-");
        assertThat(loader.join()).isSameAs(ClassLoader.getPlatformClassLoader());
    }

    private StoreAnswer ask(String path) throws Exception {
        return Await.result(registry.ask(new SecretLocator("VAULT", path, "")));
    }

    private List<CompletableFuture<StoreAnswer>> askMany(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> registry.ask(new SecretLocator(prefix, "" + i, "")))
                .toList();
    }

    private ServiceRegistration<TokenStore> register(String prefix, TokenStore store) {
        return framework
                .context()
                .registerService(TokenStore.class, store, new Hashtable<>(Map.of(TokenStore.PREFIX, prefix)));
    }

    private static TokenStore store(Supplier<String> answer) {
        return (path, metadata) -> answer.get();
    }

    private static TokenStore refusing(Reason reason) {
        return (path, metadata) -> {
            throw new TokenStoreException(reason, "hush " + path);
        };
    }

    private static Failed failed(Reason reason) {
        return new Failed(P + reason.sentence());
    }

    private static boolean awaitOrIgnore(CountDownLatch latch) {
        try {
            return latch.await(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException ignored) {
            return false;
        }
    }

    private void blockUntilInterrupted() {
        try {
            end.await();
        } catch (InterruptedException expected) {
            Thread.currentThread().interrupt();
        }
    }
}
